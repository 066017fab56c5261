"""The provider's own figures on the site: reported by a form, a file or the API, and led over to ours."""

import json
import shutil
from fractions import Fraction
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.web.accounts.roles import Role
from remit.web.jobs.queue import work_until_idle
from remit.web.reported.models import Report
from remit.web.reported.reading import figure_in_words, figures_in_file
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib.web_measured import measured_first_contract
from tests.lib.web_world import World
from tests.web.conftest import signed_in


def address(view: str, **more: object) -> str:
    return reverse(f"reported:{view}", kwargs={"engagement": "care-north", **more})


MARCH = {"month": "2026-03"}


def reported(client: Client, **fields: object) -> Report:
    """March's SL1 as reported, compared by the worker."""
    answer = client.post(address("give", **MARCH), fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    work_until_idle()
    found: Report = Report.objects.latest("pk")
    return found


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def test_before_anything_is_measured_the_page_says_what_it_is_for(world: World) -> None:
    assert "Nothing measured yet" in page(signed_in(world.person(Role.BPO_MANAGER)), address("months"))


def test_a_reported_figure_is_led_over_to_ours_and_both_sides_see_it(
    world: World, django_assert_max_num_queries: Any
) -> None:
    measured_first_contract(world)
    provider, client = signed_in(world.person(Role.OPERATIONS_MANAGER)), signed_in(world.person(Role.BPO_MANAGER))
    assert "Nothing reported yet" in page(client, address("month", **MARCH))
    told = reported(provider, level="SL1", figure="4/6").told
    assert sum(Fraction(step["change"]["exact"]) for step in told["steps"]) == Fraction(5, 6) - Fraction(4, 6)
    for one in (provider, client):
        with django_assert_max_num_queries(30):
            shown = page(one, address("month", **MARCH))
        assert "66.67" in shown
        assert "83.33" in shown
        # Drawn with the comparison: a step begins where the one before it ended, and says so to whoever points at it.
        assert "<svg" in shown
        assert "Theirs: 66.67 %" in shown
    assert "Report</button>" not in page(client, address("month", **MARCH))
    deeds = AuditEntry.objects.filter(action__startswith="reported.").order_by("number")
    assert list(deeds.values_list("action", flat=True)) == ["reported.figures_given", "reported.bridged"]


def test_flags_on_records_make_each_step_a_list_of_records_for_those_who_may_see_them(world: World) -> None:
    measured_first_contract(world)
    provider = signed_in(world.person(Role.OPERATIONS_MANAGER))
    flags = "level,record,met\nSL1,STRANGE,true\n"
    told = reported(provider, level="SL1", file=SimpleUploadedFile("flags.csv", flags.encode())).told
    causes = [step["cause"].partition(" (")[0] for step in told["steps"]]
    assert causes == ["missing verdict", "extra records"]
    assert told["steps"][1]["records"] == ["STRANGE"]
    assert "STRANGE" in page(provider, address("month", **MARCH))
    assert "STRANGE" not in page(signed_in(world.person(Role.FINANCE)), address("month", **MARCH))


def test_drawings_that_are_lost_are_asked_for_again_a_few_at_a_time(
    world: World, settings: Any, django_assert_max_num_queries: Any
) -> None:
    measured_first_contract(world)
    provider = signed_in(world.person(Role.OPERATIONS_MANAGER))
    reported(provider, level="SL1", figure="4/6")
    shutil.rmtree(Path(settings.DATA) / "cache" / "pictures")
    with django_assert_max_num_queries(30):
        assert "The chart is being drawn" in page(provider, address("month", **MARCH))
    work_until_idle()
    assert "<svg" in page(provider, address("month", **MARCH))


def test_a_later_report_counts_in_place_of_the_earlier_one_and_the_same_figure_is_said_to_be_the_same(
    world: World,
) -> None:
    measured_first_contract(world)
    provider = signed_in(world.person(Role.ACCOUNT_MANAGER))
    reported(provider, level="SL1", figure="4/6")
    reported(provider, level="SL1", figure="83.33%")
    shown = page(provider, address("month", **MARCH))
    assert "66.67" not in shown
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"level": "SL1", "figure": "many"}, "is no figure"),
        ({"level": "SL1", "figure": "5/0"}, "is no figure"),
        ({"level": "SL1", "file": SimpleUploadedFile("a.csv", b"level,figure\nSL9,1/2\n")}, "no service level"),
        ({"level": "SL1", "file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}, "Row 1 has no level"),
    ],
)
def test_what_can_not_be_read_is_refused_and_nothing_is_kept(
    world: World, fields: dict[str, object], told: str
) -> None:
    measured_first_contract(world)
    answer = signed_in(world.person(Role.OPERATIONS_MANAGER)).post(address("give", **MARCH), fields)
    assert told in answer.content.decode()
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "figure"),
    [("1 912/2051", ("", 1912, 2051)), ("93.2%", ("0.932", None, None)), ("187", ("187", None, None))],
)
def test_a_figure_is_read_as_one_writes_it(words: str, figure: tuple[str, int | None, int | None]) -> None:
    found = figure_in_words("SL1", words)
    assert (found.value, found.numerator, found.denominator) == figure


@pytest.mark.parametrize("words", ["", "/", "-1/5", "1/-5", "NaN", "1e9999", "٣/٤", "1/2/3", "9" * 61])
def test_what_is_no_figure_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="is no figure"):
        figure_in_words("SL1", words)


def test_files_are_read_as_csv_or_json() -> None:
    rows = [{"level": "SL1", "figure": "1/2"}, {"level": "SL2", "record": "C1", "met": True}]
    found = figures_in_file("figures.json", json.dumps(rows).encode())
    assert [(one.level, one.numerator, one.flags) for one in found] == [("SL1", 1, {}), ("SL2", None, {"C1": True})]
    for name, content in (
        ("a.json", b"{}"),
        ("a.csv", b""),
        ("a.csv", b"\xff"),
        ("a.csv", b"level,record,met\nA,B,?\n"),
    ):
        with pytest.raises(Refusal):
            figures_in_file(name, content)
