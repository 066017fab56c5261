"""What leads to the pure rooms: `runs` looks, foresees and compares; pages show what it found."""
