"""Operations on reported figures: those there are, and reporting some."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.reported.actions import report_figures
from remit.web.reported.models import Report
from remit.web.reported.reading import figure_in_words
from remit.web.shared.api.arguments import MONTH
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["performance"])


class StepShown(Schema):
    """One step of a bridge; the records behind it stand on the page, for those who may see records."""

    cause: str
    change: dict[str, str | None] = Field(description="`value` as a decimal, `exact` as a fraction.")
    after: dict[str, str | None]
    numerator: int | None
    denominator: int | None


class ReportShown(Schema):
    """A level's month as the provider reports it, and the steps that lead from it to ours."""

    id: int
    month_on: date
    level: str
    value: str
    numerator: int | None
    denominator: int | None
    at: datetime
    steps: list[StepShown]
    why: str = Field(description="Why there is no bridge; empty where there is one, or while it is sought.")

    @staticmethod
    def resolve_steps(report: Report) -> Any:
        return report.told.get("steps", [])

    @staticmethod
    def resolve_why(report: Report) -> str:
        return str(report.told.get("why", ""))


class FigureGiven(Schema):
    """One level's figure."""

    level: str = Field(max_length=100)
    figure: str = Field(max_length=60, description="Counts as 1912/2051, a share as 93.2%, or 187.")


class FiguresGiven(Schema):
    """Figures of one month."""

    month: str = Field(pattern=MONTH, description="A measured month, as 2026-03.")
    figures: list[FigureGiven] = Field(min_length=1, max_length=200)


@router.get("/engagements/{slug:engagement}/reported", response=Page[ReportShown], summary="Reported figures")
@engagement_operation(Duty.SEE_PERFORMANCE)
def reported(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """What the provider reported, the newest first, each with its bridge."""
    mine = Report.objects.visible_to(place.user).filter(engagement=place.engagement).defer("flags")
    return page_of(mine, paging, by=["-pk"])


@router.post("/engagements/{slug:engagement}/reported", response={202: list[ReportShown]}, summary="Report figures")
@engagement_operation(Duty.REPORT_FIGURES)
def report(_request: HttpRequest, place: Place, given: FiguresGiven) -> Any:
    """Report the provider's own figures of a measured month; each is compared with ours in the background."""
    figures = [figure_in_words(one.level, one.figure) for one in given.figures]
    month_on = date.fromisoformat(f"{given.month}-01")
    return 202, report_figures(place.engagement, month_on, figures, by=place.actor, at=now())
