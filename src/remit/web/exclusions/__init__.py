"""Exclusions and relief: records both sides leave out of a level, and the duties whose delay excuses some."""
