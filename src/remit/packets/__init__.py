"""Period packets: one file that a settled period can be computed from again, signed by who made it."""
