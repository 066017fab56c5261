"""Performance on screen: facts loaded, levels measured, months settled, and every number opened to its records."""
