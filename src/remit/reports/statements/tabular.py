"""A statement for programs and spreadsheets: CSV with a row a level and period, JSON with everything."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from remit.performance.scorecards import Scorecard
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.reports.quoting import inert
from remit.reports.statements.grid import credit_of, levels_without_window, parts_of
from remit.terms.money import Rounding
from remit.terms.periods import Period

_PLACES = 6
_MOST_PLACES = 12
_COLUMNS = (
    "contract contract_sha256 period_start period_end window_start window_end service_level class standing value "
    "numerator denominator records interval_low interval_high expected minimum better excluded credit currency note"
).split()


def as_json(settlements: Sequence[Settlement]) -> str:
    """The settled periods as a JSON list, in order.

    Periods are half-open local days of the contract: `start` is the first day in, `end` the first day out. Amounts of
    money are decimal strings, so that no reader turns them into binary fractions; `at_risk` is null where the
    contract has no at-risk amount. Values are in the measure's own scale (0 to 1, seconds, units) and null
    where nothing was measured. A level whose window is not the period carries `window`; one with a remark carries
    `note`; one with a breakdown carries `by`, each part with its `dimensions`. A period with scorecards carries
    `scorecards`, best first: scores are 0 to 100, `coverage` and `weight` 0 to 1, an empty `subject` is the whole.
    """
    return json.dumps([_period(settlement) for settlement in settlements], ensure_ascii=False, indent=2) + "\n"


def _period(settlement: Settlement) -> dict[str, Any]:
    origin = settlement.provenance
    scorecards = [_scorecard(each) for each in settlement.scorecards]
    return {
        "contract": origin.contract,
        "contract_sha256": origin.contract_sha256,
        "period": period_fields(settlement.period),
        "service_levels": [_level(attainment, settlement) for attainment in settlement.attainments],
        "settlement": _credits(settlement),
        **({"scorecards": scorecards} if scorecards else {}),
        "facts": {
            "rows": origin.facts.rows,
            "quarantined": origin.facts.quarantined,
            "sha256": origin.facts_sha256,
            **({"store_version": origin.store_version} if origin.store_version else {}),
            **({"waivers_sha256": origin.waivers_sha256} if origin.waivers_sha256 else {}),
        },
        "as_of": datetime.fromtimestamp(origin.as_of, ZoneInfo(origin.time_zone)).isoformat(),
        "time_zone": origin.time_zone,
        "remit_version": origin.remit_version,
    }


def period_fields(period: Period) -> dict[str, str]:
    """A half-open period in JSON: the first day in and the first day out."""
    return {"start": period.start_on.isoformat(), "end": period.end_on.isoformat()}


def _level(attainment: Attainment, settlement: Settlement) -> dict[str, Any]:
    level: dict[str, Any] = {"id": attainment.service_level, **judged_fields(attainment)}
    if attainment.window != settlement.period:
        level["window"] = period_fields(attainment.window)
    if attainment.note:
        level["note"] = attainment.note
    if parts := parts_of(settlement, attainment):
        level["by"] = [{"dimensions": dict(part.dimensions), **judged_fields(part)} for part in parts]
    return level


def judged_fields(attainment: Attainment) -> dict[str, Any]:
    """An attainment in JSON, the same in statements and explanations."""
    return {
        "standing": attainment.standing.value,
        "value": number(plain_value(attainment)),
        "numerator": attainment.ratio.numerator,
        "denominator": attainment.ratio.denominator,
        "interval": None if attainment.interval is None else [number(_rounded(end)) for end in attainment.interval],
        "expected": number(attainment.expected),
        "minimum": number(attainment.minimum),
        "excluded": attainment.excluded,
    }


def _scorecard(scorecard: Scorecard) -> dict[str, Any]:
    return {
        "subject": scorecard.subject,
        "score": number(scorecard.score),
        "coverage": number(scorecard.coverage),
        "band": scorecard.band,
        "lines": [
            {
                "service_level": line.service_level,
                "value": None if line.value is None else number(Rounding(places=_PLACES).apply(line.value)),
                "score": number(line.score),
                "weight": number(line.weight),
            }
            for line in scorecard.lines
        ],
    }


def _credits(settlement: Settlement) -> dict[str, Any]:
    statement = settlement.statement
    return {
        "currency": statement.currency,
        "charges": f"{statement.charges:f}",
        "at_risk": None if statement.at_risk is None else f"{statement.at_risk:f}",
        "lines": [
            {
                "service_level": line.service_level,
                "amount": f"{line.amount:f}",
                "reason": line.reason,
                "kind": line.kind.value,
                "clause": line.clause,
                "trace": [{"input": step.input, "value": step.value, "rule": step.rule} for step in line.trace],
            }
            for line in statement.lines
        ],
        "credit": f"{statement.credit:f}",
        "applies_to": statement.applies_to,
        "capped_by": statement.capped_by,
        "termination_rights": [
            {"service_level": right.service_level, "reason": right.reason, "clause": right.clause}
            for right in statement.termination_rights
        ],
        "notes": list(statement.notes),
    }


def plain_value(attainment: Attainment) -> Decimal | None:
    """The judged value without the noise of an endless fraction: six places, more only where fewer would mislead.

    A value that the contract rounds is kept as it is. 0.94999996 against an expected 0.95 keeps eight places, so that
    whoever compares the printed value reaches the printed standing.
    """
    value = attainment.value
    if value is None or _places(value) <= _PLACES:
        return value
    thresholds = [level for level in (attainment.expected, attainment.minimum) if level is not None and level != value]
    for places in range(_PLACES, _MOST_PLACES):
        shorter = Rounding(places=places).apply(value)
        if shorter not in thresholds:
            return shorter
    return value


def number(value: Decimal | None) -> int | float | None:
    """A decimal as a JSON number: whole ones without a point; doubles hold the 15 digits a measured value has."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _rounded(value: Decimal) -> Decimal:
    return Rounding(places=_PLACES).apply(Fraction(value))


def as_csv(settlements: Sequence[Settlement]) -> str:
    """One row a service level and window, breakdowns below their level with the dimensions in columns (RFC 4180).

    Rows of a breakdown have a value in a dimension column; leave them out before adding up counts. `credit` stands on
    a level's last row of the period, so that the column adds up to the period's credit. Lines end in CRLF: write the
    text with `newline=""`. Text a spreadsheet would run as a formula carries an apostrophe in front. Scorecards stand
    in the JSON and the workbook: a second table would make this no CSV.
    """
    names = sorted({name for s in settlements for part in s.breakdown for name, _ in part.dimensions})
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([*_COLUMNS[:7], *names, *_COLUMNS[7:]])
    for settlement in settlements:
        for attainment, credit in rows_of(settlement):
            table.writerow(_cells(attainment, settlement, names=names, credit=credit))
        for name in levels_without_window(settlement):
            table.writerow(_credit_cells(name, settlement, names=names))
    return written.getvalue()


def rows_of(settlement: Settlement) -> Iterator[tuple[Attainment, Decimal | None]]:
    """Each attainment followed by its parts; a level's credit stands once, with its last window in the period."""
    for index, attainment in enumerate(settlement.attainments):
        later = settlement.attainments[index + 1 :]
        is_last = all(other.service_level != attainment.service_level for other in later)
        yield attainment, credit_of(settlement, attainment.service_level) if is_last else None
        for part in parts_of(settlement, attainment):
            yield part, None


def _cells(
    attainment: Attainment, settlement: Settlement, *, names: Sequence[str], credit: Decimal | None
) -> list[str]:
    dimensions = dict(attainment.dimensions)
    low, high = attainment.interval or (None, None)
    ratio = attainment.ratio
    return [
        inert(settlement.provenance.contract),
        settlement.provenance.contract_sha256,
        *period_fields(settlement.period).values(),
        *period_fields(attainment.window).values(),
        inert(attainment.service_level),
        *(inert(dimensions.get(name, "")) for name in names),
        "critical" if attainment.is_critical else "key",
        attainment.standing.value,
        _written(plain_value(attainment)),
        str(ratio.numerator),
        str(ratio.denominator),
        str(ratio.records),
        _written(low),
        _written(high),
        _written(attainment.expected),
        _written(attainment.minimum),
        "lower" if attainment.at_most else "higher",
        str(attainment.excluded),
        "" if credit is None else f"{credit:f}",
        inert(settlement.statement.currency),
        inert(attainment.note),
    ]


def _credit_cells(service_level: str, settlement: Settlement, *, names: Sequence[str]) -> list[str]:
    """A credit of a level with no window in the period, such as an earn-back: a row without figures."""
    known = {
        "contract": inert(settlement.provenance.contract),
        "contract_sha256": settlement.provenance.contract_sha256,
        "period_start": settlement.period.start_on.isoformat(),
        "period_end": settlement.period.end_on.isoformat(),
        "service_level": inert(service_level),
        "credit": f"{credit_of(settlement, service_level):f}",
        "currency": inert(settlement.statement.currency),
    }
    return [known.get(column, "") for column in (*_COLUMNS[:7], *("" for _ in names), *_COLUMNS[7:])]


def _written(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if _places(value) <= _PLACES else f"{value:f}"
