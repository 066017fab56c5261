"""What every operation of the API shares: problems, paging, versions, repeats, limits."""
