"""The one way from this room to the pure rooms."""
