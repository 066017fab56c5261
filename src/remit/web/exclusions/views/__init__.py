"""The room's pages: requests, asking, deciding, and the duties of the contract."""
