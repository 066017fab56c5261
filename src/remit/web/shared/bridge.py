"""What every subject takes from the pure rooms: texts made harmless for a spreadsheet."""

from remit.reports.quoting import inert

__all__ = ["inert"]
