"""The records of savings: business cases as approved, the client's own costs, and what was saved against them."""
