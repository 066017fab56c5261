"""Reported: the provider's own figures beside ours, and the bridge between the two sets of books."""
