"""The tables of facts: what a row stands for, its columns, and what makes a row unfit to be counted."""

from remit.performance.facts.declarations import DIMENSIONS, TABLES
from remit.performance.facts.descriptions import describe
from remit.performance.facts.shapes import EARLIEST_AT, LATEST_AT, Check, Column, Kind, Personal, Table, checks_of

__all__ = [
    "DIMENSIONS", "EARLIEST_AT", "LATEST_AT", "TABLES", "Check", "Column", "Kind", "Personal", "Table",
    "checks_of", "describe",
]  # fmt: skip
