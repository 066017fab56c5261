"""The way in: contract files, mapping files and fact files, read from disk."""
