"""The first page: what needs whoever signed in, today."""
