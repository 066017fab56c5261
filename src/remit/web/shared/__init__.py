"""What every subject of the records stands on: audit, jobs, refusals, requests, forms."""
