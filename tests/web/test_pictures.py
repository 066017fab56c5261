"""Charts on pages: drawn once by the worker, kept for the engagement alone; the figures stand there at once."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse, reverse_lazy

from remit.web.accounts.models import User
from remit.web.accounts.roles import Role
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Attained
from remit.web.performance.pictures import KIND
from tests.lib.web_measured import measured_contact_centre, measured_first_contract
from tests.lib.web_world import World
from tests.web.conftest import signed_in

BEING_DRAWN = "The chart is being drawn"


LEVEL = reverse_lazy("performance:level", kwargs={"engagement": "care-north", "level": "SL1"})


def level_page(user: User) -> str:
    return signed_in(user).get(str(LEVEL)).content.decode()


def drawings(page: str) -> list[ET.Element]:
    """The charts that stand in a page."""
    return [ET.fromstring(found) for found in re.findall(r'<div class="picture"[^>]*>(<svg.*?</svg>)', page, re.DOTALL)]


def names(page: str) -> list[str]:
    """The addresses that a page asks for charts that are being drawn."""
    return re.findall(r'hx-get="([^"]+/charts/[0-9a-f]{64}/)"', page)


def part(user: User, where: str) -> Any:
    return signed_in(user).get(where, headers={"HX-Request": "true"})


def test_a_trend_is_drawn_once_and_its_figures_are_there_at_once(world: World) -> None:
    measured_first_contract(world)
    manager, auditor = world.person(Role.BPO_MANAGER), world.person(Role.AUDITOR)
    first = level_page(manager)
    (where,) = names(first)
    assert drawings(first) == []
    assert '<details class="chart-data" open>' in first
    assert BEING_DRAWN in level_page(auditor)
    assert BEING_DRAWN in part(auditor, where).content.decode()
    assert Job.objects.filter(kind=KIND).count() == 1
    work_until_idle()
    assert Job.objects.get(kind=KIND).arguments == {}
    (drawn,) = drawings(level_page(manager))
    assert drawn.get("role") == "img"
    assert [one.get("id") for one in drawn][:2] == ["trend-title", "trend-desc"]
    assert (drawn[1].text or "").startswith("Met in ")
    assert len(drawings(part(manager, where).content.decode())) == 1
    assert '<details class="chart-data">' in level_page(manager)


def test_a_drawing_is_shown_in_its_own_engagement_alone(world: World) -> None:
    measured_first_contract(world)
    (where,) = names(level_page(world.person(Role.BPO_MANAGER)))
    work_until_idle()
    elsewhere = world.person(Role.BPO_MANAGER, "care-south")
    assert part(elsewhere, where).status_code == 404
    assert drawings(part(elsewhere, where.replace("care-north", "care-south")).content.decode()) == []
    assert part(world.person(Role.AGENT), where.replace("/charts/", "/charts/..")).status_code == 404


def value_in(said: str | None) -> str | None:
    """The first share that a window says of itself."""
    found = re.search(r"\d+[.,]\d\d %", said or "")
    return found and found[0]


def test_a_chart_speaks_its_readers_language(world: World) -> None:
    measured_first_contract(world)
    english, german = world.person(Role.BPO_MANAGER), world.person(Role.AUDITOR)
    User.objects.filter(pk=german.pk).update(language="de")
    level_page(english), level_page(german)
    work_until_idle()
    said = [
        {one.text for one in drawings(level_page(user))[0].iter("title") if "%" in (one.text or "")}
        for user in (english, german)
    ]
    assert said[0]
    assert {value_in(one) for one in said[0]} == {(value_in(one) or "").replace(",", ".") for one in said[1]}
    assert not {value_in(one) for one in said[0]} & {value_in(one) for one in said[1]}


def test_a_chart_that_can_not_be_drawn_says_so_and_leaves_its_figures(world: World) -> None:
    measured_first_contract(world)
    manager = world.person(Role.BPO_MANAGER)
    level_page(manager)
    job = Job.objects.get(kind=KIND)
    nothing = '{"key": "trend", "title": "", "description": "", "spec": {"mark": "nothing there is"}}'
    broken = {**job.arguments, "chart": nothing}
    Job.objects.filter(pk=job.pk).update(arguments=broken, most_attempts=1)
    work_until_idle()
    page = level_page(manager)
    assert "The chart could not be drawn" in page
    assert '<details class="chart-data" open>' in page
    assert Job.objects.filter(kind=KIND).count() == 1


def test_the_times_of_a_levels_records_are_drawn_against_their_target(world: World) -> None:
    measured_first_contract(world)
    client = signed_in(world.person(Role.BPO_MANAGER))
    where = reverse("performance:records", kwargs={"engagement": "care-north", "level": "SL1", "month": "2026-03"})
    client.get(where)
    work_until_idle()
    page = client.get(where).content.decode()
    assert "How long they took" in page
    counted = [int(one) for one in re.findall(r'<th scope="row">[^<]*</th><td class="number">(\d+)</td>', page)]
    row = Attained.objects.get(level="SL1", month_on="2026-03-01", dimension="")
    assert sum(counted) == row.denominator > 0
    assert "How long they took" not in client.get(f"{where}?only=missed").content.decode()


@pytest.mark.slow
def test_the_parts_of_a_level_are_drawn_beside_their_table(world: World, django_assert_max_num_queries: Any) -> None:
    measured_contact_centre(world)
    client = signed_in(world.person(Role.BPO_MANAGER))
    where = str(LEVEL).replace("SL1", "SL4")
    with django_assert_max_num_queries(30):
        client.get(where)
    work_until_idle()
    with django_assert_max_num_queries(20):
        page = client.get(where).content.decode()
    trend, parts = drawings(page)
    assert "Krakow" in ET.tostring(parts, encoding="unicode")
    ids = [one.get("id") for drawn in (trend, parts) for one in drawn.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
