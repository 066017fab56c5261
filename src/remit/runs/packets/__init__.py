"""Period packets made and verified: a settled period as one file, and the same period computed from that file."""
