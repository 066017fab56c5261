"""How days and hours of a calendar are shown."""
