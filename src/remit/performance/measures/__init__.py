"""Measures: each service level compiled to one query, as a value that any engine can render."""
