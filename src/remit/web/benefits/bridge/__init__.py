"""Savings through `runs.benefits`: the page's numbers are those of `remit benefits`."""

from remit.web.benefits.bridge.drawing import draw_pictures
from remit.web.benefits.bridge.measuring import FORMS, Worked, as_json, work_out
from remit.web.benefits.bridge.reading import KINDS, CaseRead, Entry, costs_as_csv, read_case, read_costs
from remit.web.benefits.bridge.showing import MonthRow, Overview, Period, cost_rows, overview, shown_period

__all__ = [
    "FORMS",
    "KINDS",
    "CaseRead",
    "Entry",
    "MonthRow",
    "Overview",
    "Period",
    "Worked",
    "as_json",
    "cost_rows",
    "costs_as_csv",
    "draw_pictures",
    "overview",
    "read_case",
    "read_costs",
    "shown_period",
    "work_out",
]
