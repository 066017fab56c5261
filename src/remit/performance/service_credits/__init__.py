"""Service credits: from attainments, credit terms and charges to a statement for each period."""

from remit.performance.service_credits.histories import MeasuredPeriod, PeriodCharges
from remit.performance.service_credits.looking_back import judged_from, settled_from
from remit.performance.service_credits.ratchets import RatchetedLevel, ratchet_is_due, ratcheted_expected
from remit.performance.service_credits.settling import settle
from remit.performance.service_credits.statements import (
    CreditLine,
    CreditStatement,
    LineKind,
    Step,
    TerminationRight,
    Trace,
)

__all__ = [
    "CreditLine",
    "CreditStatement",
    "LineKind",
    "MeasuredPeriod",
    "PeriodCharges",
    "RatchetedLevel",
    "Step",
    "TerminationRight",
    "Trace",
    "judged_from",
    "ratchet_is_due",
    "ratcheted_expected",
    "settle",
    "settled_from",
]
