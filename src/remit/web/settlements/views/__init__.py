"""Pages of the settlements room."""
