"""The room's background work: terms tested. Begun again, it has its effect once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.backtests.actions import readable
from remit.web.backtests.bridge import Asked, Named, newest_version, tested
from remit.web.backtests.models import Backtest
from remit.web.contracts.models import Version
from remit.web.exclusions.bridge.agreed import agreed_list
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.shared.moments import now

call({"backtests.test": gettext_noop("Test terms on past months")})


@handles("backtests.test")
def test_terms(running: Running) -> Mapping[str, Any]:
    """Test what was asked for on the newest facts, and keep what is found."""
    test = Backtest.objects.select_related("engagement", "first", "second").get(pk=running.arguments["backtest"])
    if test.done_at is not None:
        return {"backtest": test.pk}
    drafts = [_named(test.first, test.first_sha256)]
    if test.second is not None:
        drafts.append(_named(test.second, test.second_sha256))
    contract = test.engagement.contract_id
    version = newest_version(contract)
    if version is None:
        raise Unrepeatable("there are no facts any more to test terms on")
    waivers = agreed_list(test.engagement)
    asked = Asked(contract, version, test.years, test.seed, test.season, test.varies, waivers)
    found = tested(drafts, asked, tell=running.tell)
    with running.effect({"backtest": test.pk}):
        Backtest.objects.filter(pk=test.pk, done_at=None).update(
            store_version=version,
            facts_sha256=found.facts_sha256,
            expected=found.expected[0] if found.expected else "",
            second_expected=found.expected[1] if len(found.expected) > 1 else "",
            currency=found.currency,
            found=found.shown,
            documents=found.documents,
            problems=found.problems,
            done_at=now(),
        )
    return {"backtest": test.pk}


def _named(version: Version, sha256: str) -> Named:
    """A version as it was when the test was asked for."""
    terms = readable(version)
    if terms.sha256 != sha256:
        raise Unrepeatable(f"{version} was changed after the test was asked for; ask again")
    return Named(str(version), terms)
