"""Operations on back-tests: ask for one, read them."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.backtests.actions import LEAST_YEARS, MOST_SEED, MOST_YEARS, Wanted, ask_for_test
from remit.web.backtests.models import Backtest
from remit.web.contracts.models import Version
from remit.web.shared.api.arguments import Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["back-tests"])
_HERE = "/engagements/{slug:engagement}/backtests"


class TrialAsked(Schema):
    """Which versions are tested, and how."""

    version: Annotated[int, Field(ge=1, lt=2**31)] = Field(description="The number of a version both sides have seen.")
    against: Annotated[int, Field(ge=1, lt=2**31)] | None = Field(None, description="Another one, tested beside it.")
    years: int = Field(1000, ge=LEAST_YEARS, le=MOST_YEARS)
    seed: int = Field(1, ge=0, le=MOST_SEED)
    season: Literal["none", "quarter", "month"] = "none"
    sensitivity: bool = Field(False, description="Change the terms one thing at a time.")


class BacktestShown(Schema):
    """A back-test of one's own side; amounts are exact decimals as text."""

    id: int
    first: str
    second: str | None
    years: int
    seed: int
    season: str
    at: datetime
    state: str = Field(description="`done`, or where its job is.")
    currency: str
    expected: str = Field(description="The credit to expect in a year, as printed; empty before it is done.")
    second_expected: str
    problems: list[str]


class BacktestWhole(BacktestShown):
    """A back-test with what it found, as `remit backtest --as json` writes it; null before it is done."""

    report: dict[str, Any] | None


def _fields(test: Backtest) -> dict[str, Any]:
    state = "done" if test.done_at is not None else str(test.job.state) if test.job is not None else "cancelled"
    return {
        "id": test.pk,
        "first": str(test.first),
        "second": None if test.second is None else str(test.second),
        "years": test.years,
        "seed": test.seed,
        "season": test.season,
        "at": test.at,
        "state": state,
        "currency": test.currency,
        "expected": test.expected,
        "second_expected": test.second_expected,
        "problems": test.problems,
    }


def _mine(place: Place) -> Any:
    mine = Backtest.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("job", "first", "second")


@router.get(_HERE, response=Page[BacktestShown], summary="Back-tests of one's own side")
@engagement_operation(Duty.TEST_TERMS)
def list_backtests(_request: HttpRequest, place: Place, paging: Query[Paging]) -> Any:
    """The back-tests of one's own side, the newest first."""
    page = page_of(_mine(place).defer("found", "documents"), paging, ["-at"])
    return {**page, "items": [_fields(test) for test in page["items"]]}


@router.get(f"{_HERE}/{{backtest}}", response=BacktestWhole, summary="One back-test")
@engagement_operation(Duty.TEST_TERMS)
def read_backtest(_request: HttpRequest, place: Place, backtest: Number) -> Any:
    """One back-test with everything it found."""
    test = must_find(_mine(place).filter(pk=backtest))
    kept = test.documents.get("json")
    return {**_fields(test), "report": json.loads(kept) if kept else None}


@router.post(_HERE, response={202: BacktestShown}, summary="Test terms on past months")
@engagement_operation(Duty.TEST_TERMS)
def ask(_request: HttpRequest, place: Place, asked: TrialAsked) -> Any:
    """Ask for versions both sides have seen to be tested; drafts are tested on the site."""
    seen = Version.objects.visible_to(place.user).filter(engagement=place.engagement)
    first = must_find(seen.filter(number=asked.version))
    second = None
    if asked.against is not None:
        second = must_find(seen.filter(number=asked.against))
    wanted = Wanted(first, second, asked.years, asked.seed, asked.season, asked.sensitivity)
    return Status(202, _fields(ask_for_test(place.engagement, wanted, by=place.actor, at=now())))
