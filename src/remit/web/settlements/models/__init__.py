"""Closings of months, what each side said of them, and the remarks and evidence beside them."""

from remit.web.settlements.models.closings import OVER, UNDER_WAY, Closing, State
from remit.web.settlements.models.positions import Kind, Position
from remit.web.settlements.models.remarks import Remark

__all__ = ["OVER", "UNDER_WAY", "Closing", "Kind", "Position", "Remark", "State"]
