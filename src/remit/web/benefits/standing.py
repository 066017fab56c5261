"""What counts now of the client's papers: the last case, the last word on each month's costs, the last savings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from remit.terms.periods import month_of
from remit.web.accounts.models import Engagement
from remit.web.benefits.bridge.reading import KINDS, Entry
from remit.web.benefits.models import CaseKept, CostKept, Savings
from remit.web.performance.models import Run


def case_now(engagement: Engagement) -> CaseKept | None:
    """The last version of the business case."""
    found: CaseKept | None = CaseKept.objects.filter(engagement=engagement).order_by("-number").first()
    return found


def costs_now(engagement: Engagement) -> list[Entry]:
    """The client's own costs as they stand: of each month and kind what the last list that names it says, in order."""
    entries = CostKept.objects.filter(costs__engagement=engagement).select_related("costs").defer("costs__content")
    last: dict[tuple[date, str], Entry] = {}
    for one in entries.order_by("costs__number"):
        last[one.month_on, one.kind] = Entry(one.month_on, one.kind, Decimal(one.amount), str(one.costs))
    return [last[key] for key in sorted(last)]


def savings_now(engagement: Engagement) -> Savings | None:
    """The last savings that were worked out or are being worked out."""
    found: Savings | None = (
        Savings.objects.filter(engagement=engagement)
        .select_related("case", "run", "job")
        .defer("case__content", "workbook", "table")
        .order_by("-pk")
        .first()
    )
    return found


def savings_done(engagement: Engagement) -> Savings | None:
    """The last savings that are there to look at."""
    done = Savings.objects.filter(engagement=engagement, done_at__isnull=False, problems=[])
    found: Savings | None = (
        done.select_related("case", "run").defer("case__content", "workbook", "table").order_by("-pk").first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """A month of the case that is over, and the kinds of cost nobody gave for it."""

    month_on: date
    kinds: tuple[str, ...]


def missing_costs(months: list[str], given: set[tuple[date, str]], today: date) -> Iterator[Missing]:
    """The months of a case that are over and lack costs: their savings can't be told."""
    for text in months:
        month_on = date.fromisoformat(text)
        kinds = tuple(kind for kind in KINDS if (month_on, kind) not in given)
        if kinds and month_of(month_on).end_on <= today:
            yield Missing(month_on, kinds)


def is_newest(savings: Savings, engagement: Engagement) -> bool:
    """Whether savings stand on the case that counts and the newest figures."""
    case, run = case_now(engagement), Run.objects.newest_of(engagement)
    return case is not None and run is not None and (savings.case_id, savings.run_id) == (case.pk, run.pk)
