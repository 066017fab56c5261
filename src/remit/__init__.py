"""Remit: the system of record and measurement for outsourced business processes."""

__version__ = "0.1.0"
