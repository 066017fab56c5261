"""The bridge from a reported figure to ours, by `runs.bridging`: the same as `remit reconcile --bridge` gives."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from remit.ingest.contract_files import ContractVersions
from remit.performance.reconciliations import UNEXPLAINED, Reported
from remit.reports.bridges import bridge_as_json, moved, shown
from remit.reports.charts import Chart, Waterfall, waterfall_chart
from remit.reports.charts.waterfalls import Level, Step
from remit.runs import Evidence
from remit.runs.bridging import bridge, bridge_flags
from remit.runs.explaining import NotExplainable
from remit.runs.wording import level_terms
from remit.store import read_manifest
from remit.terms.periods import month_of
from remit.terms.problems import ProblemsFound
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.bridge.measuring import evidence_of_run, evidence_of_version
from remit.web.performance.bridge.pictures import chart_text, chart_words, draw
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run


@dataclass(frozen=True, slots=True)
class Given:
    """What was reported of a level and month, and when."""

    level: str
    month_on: date
    value: str
    numerator: int | None
    denominator: int | None
    flags: Mapping[str, bool]
    at: int


def bridge_of(run: Run, given: Given) -> dict[str, Any]:
    """The bridge as JSON with its figures in words; or `why` there is none, in a sentence."""
    try:
        versions = terms_of_sha256(run.engagement, run.contract_sha256)
        if versions is None:
            return {"why": "the contract this run was settled by is no longer there"}
        with evidence_of_run(run) as (evidence, _stored):
            return _bridged(versions, evidence, given, run)
    except NotExplainable as reason:
        return {"why": str(reason)}
    except ProblemsFound as problems:
        return {"why": "; ".join(one.what for one in problems.problems)}


def _bridged(versions: ContractVersions, evidence: Evidence, given: Given, run: Run) -> dict[str, Any]:
    month = month_of(given.month_on)
    unit = level_terms(versions, given.level, month).measure.value_unit
    if given.flags:
        found = bridge_flags(versions, evidence, given.level, month, given.flags)
    else:
        reported = Reported(Decimal(given.value) if given.value else None, given.numerator, given.denominator)
        with _earlier(run, given.at) as earlier:
            found = bridge(versions, evidence, given.level, month, reported=reported, earlier=earlier)
    told: dict[str, Any] = json.loads(bridge_as_json(found))
    words = {
        "theirs": shown(found.theirs.exact, unit),
        "ours": shown(found.ours.value, unit),
        "unexplained": moved(found.unexplained, unit) if found.unexplained else "",
        "steps": [{"change": moved(step.change, unit), "after": shown(step.after, unit)} for step in found.steps],
    }
    return {**told, "words": words}


@contextmanager
def _earlier(run: Run, at: int) -> Iterator[Evidence | None]:
    """The facts as they stood when the figure was reported; None where they are those of the run."""
    contract, manifest = run.engagement.contract_id, read_manifest(settings.STORE_URL)
    version = manifest.at(at)
    if not 0 < version < run.store_version or version in manifest.gone or not manifest.until(version).live(contract):
        yield None
        return
    with evidence_of_version(contract, version) as (evidence, _stored):
        yield evidence


def waterfall_of(report_id: int, told: Mapping[str, Any], level: str, run: Run) -> Chart | None:
    """The bridge of a report as a waterfall, in the reader's words; None where there is no step to draw."""
    words = words_of(run.words).words(level)
    if not told.get("steps"):
        return None
    steps = (
        Step(one["cause"], Decimal(one["change"]["value"]), one["cause"].startswith(UNEXPLAINED))
        for one in told["steps"]
    )
    start, end = (
        Level(name, Decimal(told[side]["value"])) for name, side in ((_("Theirs"), "theirs"), (_("Ours"), "ours"))
    )
    title = _("%(level)s %(name)s: from their figure to ours") % {"level": level, "name": words.name}
    return waterfall_chart(Waterfall(f"bridge-{report_id}", title, start, tuple(steps), end, words.unit), chart_words())


def draw_waterfall(report_id: int, told: Mapping[str, Any], level: str, run: Run) -> None:
    """Draw a report's waterfall in every language of the site, so that its page finds it there."""
    texts: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            chart = waterfall_of(report_id, told, level, run)
            texts |= set() if chart is None else {chart_text(chart)}
    for text in texts:
        draw(run.engagement_id, text)
