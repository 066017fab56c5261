"""The provider's figure against ours: agreement, causes, records."""

import json
from decimal import Decimal
from fractions import Fraction

from remit.performance.reconciliations import Difference, FigureDifference, Reconciliation
from remit.reports.reconciliations import reconciliation_as_csv, reconciliation_as_json, reconciliation_as_text
from remit.terms.measure_terms import Unit
from tests.lib.sample_settlements import month

DIFFERENCES = (
    Difference("INC-1", True, False, "calendar"),
    Difference("INC-2", False, True, "calendar"),
    Difference("=INC-3", None, True, "missing record"),
)
FIGURE = FigureDifference(month(2), Decimal("0.9459"), Decimal("0.9518"), "formula", 35, 37, None, None)


def reconciliation(
    *differences: Difference, total: int = 100, figures: tuple[FigureDifference, ...] = ()
) -> Reconciliation:
    return Reconciliation("SL1", month(2), total, total - len(differences) - len(figures), differences, figures)


def test_agreement_is_a_share_of_what_either_side_judged() -> None:
    assert reconciliation(*DIFFERENCES).agreement == Fraction(97, 100)
    assert reconciliation(total=0).agreement is None


def test_causes_are_counted_the_most_frequent_first() -> None:
    assert reconciliation(*DIFFERENCES, figures=(FIGURE,)).causes == (
        ("calendar", 2),
        ("formula", 1),
        ("missing record", 1),
    )


def test_json_has_the_shape_that_programs_rely_on() -> None:
    told = json.loads(reconciliation_as_json(reconciliation(*DIFFERENCES)))
    assert (told["total"], told["agree"]) == (100, 97)
    assert told["differences"][0] == {"key": "INC-1", "ours": True, "theirs": False, "cause": "calendar"}
    assert told["causes"] == {"calendar": 2, "missing record": 1}
    assert "figures" not in told


def test_monthly_figures_that_differ_carry_both_values_and_counts() -> None:
    (figure,) = json.loads(reconciliation_as_json(reconciliation(total=12, figures=(FIGURE,))))["figures"]
    assert (figure["ours"], figure["theirs"], figure["our_numerator"], figure["their_numerator"]) == (
        0.9459,
        0.9518,
        35,
        None,
    )
    assert (
        reconciliation_as_csv(reconciliation(figures=(FIGURE,))).splitlines()[1] == "2026-03-01,0.9459,0.9518,formula"
    )
    silent = FigureDifference(month(2), Decimal("0.9"), None, "missing record")
    assert "2026-03-01,0.9,,missing record" in reconciliation_as_csv(reconciliation(figures=(silent,)))


def test_csv_has_one_row_a_difference_and_runs_nothing() -> None:
    assert reconciliation_as_csv(reconciliation(*DIFFERENCES)).splitlines() == [
        "key,ours,theirs,cause",
        "INC-1,true,false,calendar",
        "INC-2,false,true,calendar",
        "'=INC-3,,true,missing record",
    ]


def test_the_terminal_shows_agreement_causes_and_records() -> None:
    text = reconciliation_as_text(reconciliation(*DIFFERENCES), Unit.SHARE, colour=False)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "97 of 100 agree, 97.00 %" in lines
    assert "calendar 2" in lines
    assert "INC-1 ✓ met ✕ missed calendar" in lines
    assert "=INC-3 – not judged ✓ met missing record" in lines


def test_the_terminal_shows_monthly_figures_side_by_side() -> None:
    text = reconciliation_as_text(reconciliation(total=12, figures=(FIGURE,)), Unit.SHARE, colour=False)
    assert "2026-03 94.59 % 35 / 37 95.18 % – formula" in " ".join(text.split())


def test_a_long_list_is_cut_and_nothing_to_compare_is_said() -> None:
    text = reconciliation_as_text(reconciliation(*DIFFERENCES), Unit.SHARE, colour=False, most=1)
    assert "… and 2 more" in text
    assert "nothing to compare" in reconciliation_as_text(reconciliation(total=0), Unit.SHARE, colour=False)
