"""Pages about fair figures."""
