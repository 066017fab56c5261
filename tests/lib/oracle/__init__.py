"""A second settlement, slow and plain, written from the reference pages and sharing no code with the engine.

It reads a contract's YAML itself, walks hours in quarters, counts records one by one with fractions,
judges, charges and settles. What it says of a month must be what Remit says of it, to the cent.
"""
