"""What a person does about back-tests: ask for one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from remit.terms.problems import ProblemsFound
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty, side_of
from remit.web.backtests.bridge import newest_version
from remit.web.backtests.models import Backtest, Season
from remit.web.contracts.bridge import ContractVersions, terms_of
from remit.web.contracts.models import Version
from remit.web.jobs.queue import Work, enqueue
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

LEAST_YEARS, MOST_YEARS = 10, 10_000
MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be tested, and how."""

    first: Version
    second: Version | None = None
    years: int = 1000
    seed: int = 1
    season: str = str(Season.NONE)
    varies: bool = False


@transaction.atomic
def ask_for_test(engagement: Engagement, wanted: Wanted, *, by: Actor, at: datetime) -> Backtest:
    """Ask for one or two versions of the contract to be tested on the engagement's facts, for one's own side.

    Raises Refusal where a version is not one's to read, or can't be read; where there are no facts; or where two are
    the same. The trail, which both sides read, tells that a test was asked for, and not of what.
    """
    by.must(Duty.TEST_TERMS, engagement)
    role = by.role(engagement)
    if role is None:
        raise Refusal("Terms are tested for one side, by somebody with a role on it.")
    if wanted.second == wanted.first:
        raise Refusal("Both versions are the same.", "Choose another one to compare with, or none.")
    if not LEAST_YEARS <= wanted.years <= MOST_YEARS or not 0 <= wanted.seed <= MOST_SEED:
        raise Refusal(f"A test draws {LEAST_YEARS} to {MOST_YEARS:,} years, from a seed of 0 to {MOST_SEED:,}.")
    if newest_version(engagement.contract_id) is None:
        raise Refusal("There are no facts to test terms on.", "Load the records of past months first.")
    hashes = [_sha256(version, engagement, by) for version in (wanted.first, wanted.second) if version is not None]
    test = Backtest.objects.create(
        engagement=engagement,
        side=side_of(role),
        first=wanted.first,
        first_sha256=hashes[0],
        second=wanted.second,
        second_sha256=hashes[1] if wanted.second is not None else "",
        years=wanted.years,
        seed=wanted.seed,
        season=wanted.season,
        varies=wanted.varies,
        by=by.person,
        at=at,
    )
    # Of no engagement: whoever works in one sees its jobs, and a draft is its side's own paper.
    work = Work("backtests.test", {"backtest": test.pk}, key=f"backtest {test.pk}")
    test.job = enqueue(work, by=by, at=at)
    test.save(update_fields=["job"])
    record(Told("backtests.asked", test, engagement.pk, after={"side": test.side}), by=by, at=at)
    return test


def _sha256(version: Version, engagement: Engagement, by: Actor) -> str:
    """The hash of a version's files as they stand; raises Refusal for what one may not read or nobody can."""
    mine = Version.objects.visible_to(by.person).filter(pk=version.pk, engagement=engagement)
    if not mine.exists():
        raise Refusal("There is no such version of the contract.")
    return readable(version).sha256


def readable(version: Version) -> ContractVersions:
    """A version's terms; raises Refusal where its files have errors."""
    try:
        return terms_of(version)
    except ProblemsFound as found:
        raise Refusal(f"{str(version).capitalize()} has errors.", f"First: {found.problems[0]}") from None
