"""Back-tests: terms tried on the engagement's past months before anybody signs them, each side's for itself."""
