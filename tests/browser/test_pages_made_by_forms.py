"""Pages of what people make by forms first, such as a dispute or a packet: usable by everybody, in every look."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from remit.web.accounts.models import Membership, User
from remit.web.accounts.roles import Role
from remit.web.connections.models import Webhook
from remit.web.exclusions.models import ExclusionRequest
from remit.web.fairness.models import Comparison, Signal
from remit.web.issues.models import Dispute
from remit.web.jobs.queue import work_until_idle
from remit.web.packets.models import Check
from remit.web.providers.models import Site
from tests.browser.test_every_page import FAIR, MADE_BY_A_FORM, RELIEVED, found_on, looks, other_looks
from tests.lib.browsing import Reader, chromium, reading
from tests.lib.web_contracts import drafted
from tests.lib.web_many import busy_engagement, manager_of_all
from tests.lib.web_relief import GAP, measured, the_claim
from tests.lib.web_world import PASSWORD, World, build_world
from tests.web.conftest import signed_in
from tests.web.test_backtest_pages import agreed, asked
from tests.web.test_fairness_pages import looked, the_desk
from tests.web.test_packet_pages import downloaded, made

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def address(view: str, **more: object) -> str:
    return reverse(view, kwargs={"engagement": "care-north", **more})


def the_pages(world: World) -> dict[str, str]:
    """One page of each kind, made as people make them; by the view's name."""
    busy_engagement(world)
    draft = drafted(world)
    client = signed_in(world.person(Role.BPO_MANAGER))
    test = asked(client, first=agreed(world).pk, second=draft.pk)
    packet = made(client, month="2026-01")
    given = SimpleUploadedFile("january.zip", downloaded(client, packet), "application/zip")
    client.post(address("packets:verify"), {"packet": given})
    work_until_idle()
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["load.ended"]}
    client.post(address("connections:webhooks"), hook)
    site = {"name": "Leeds", "city": "Leeds", "country": "GB", "time_zone": "Europe/London"}
    client.post(address("providers:add_site"), site)
    seat = Membership.objects.get(user=world.person(Role.FINANCE))
    return {
        "accounts:seat": address("accounts:seat", seat=seat.pk),
        "backtests:one": address("backtests:one", backtest=test.pk),
        "connections:webhook": address("connections:webhook", webhook=Webhook.objects.get().pk),
        "contracts:draft": address("contracts:draft", draft=draft.pk),
        "contracts:edit": address("contracts:edit", draft=draft.pk, file="contract.yaml"),
        "exclusions:request": address("exclusions:request", exclusion=ExclusionRequest.objects.get().pk),
        "issues:dispute": address("issues:dispute", dispute=Dispute.objects.get().pk),
        "issues:records": address("issues:records", dispute=Dispute.objects.get().pk),
        "packets:check": address("packets:check", check=Check.objects.get().pk),
        "packets:packet": address("packets:packet", packet=packet.pk),
        "providers:site": address("providers:site", site=Site.objects.get().pk),
    }


def fair_pages(world: World) -> dict[str, str]:
    """A signal and a comparison of a desk whose loads moved cases over a month's end."""
    looked(the_desk(world))
    asked_for = {"level": "SL1", "split_by": "site", "adjust": ["queue"], "first": "2026-03-01", "last": "2026-04-01"}
    signed_in(world.person(Role.BPO_MANAGER)).post(address("fairness:comparisons"), asked_for)
    work_until_idle()
    return {
        "fairness:comparison": address("fairness:comparison", comparison=Comparison.objects.get().pk),
        "fairness:signal": address("fairness:signal", signal=Signal.objects.all()[0].pk),
    }


def relieved_pages(world: World) -> dict[str, str]:
    """Relief that the provider may ask for, with its parts and its money."""
    measured(world, more=GAP)
    return {"relief:claim": address("relief:claim", claim=the_claim().pk), "relief:new": address("relief:new")}


@pytest.fixture
def world(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> World:
    # The browser's library runs an event loop in this thread, which the framework would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    settings.DATA, settings.STORE_URL = tmp_path, str(tmp_path / "store")
    return build_world()


def looked_at(live_server: Any, *visits: tuple[User, dict[str, str]]) -> None:
    """Pages by whoever opens them, in every look."""
    with chromium() as browser:
        for who, paths in visits:
            reader = Reader(who.email, PASSWORD)
            for look in (*looks(reader), *other_looks(reader)):
                with reading(browser, live_server.url, look) as page:
                    assert found_on(page, paths) == [], (look.theme, look.width)


def test_pages_of_what_people_made_can_be_used_by_everybody(live_server: Any, world: World) -> None:
    pages = the_pages(world)
    assert set(MADE_BY_A_FORM) == set(pages)
    administrator = world.administrator
    assert administrator is not None
    here = {"organisation": world.client.pk}
    seat = Membership.objects.get(user=manager_of_all(world))
    wide = {
        "accounts:organisation": reverse("accounts:organisation", kwargs=here),
        "accounts:wide_role": reverse("accounts:wide_role", kwargs={**here, "seat": seat.pk}),
    }
    looked_at(live_server, (world.person(Role.BPO_MANAGER), pages), (administrator, wide))


@pytest.mark.parametrize(
    ("made_of", "names", "role"),
    [(fair_pages, FAIR, Role.BPO_MANAGER), (relieved_pages, RELIEVED, Role.OPERATIONS_MANAGER)],
)
def test_pages_of_fair_figures_and_relief_can_be_used_by_everybody(
    live_server: Any, world: World, made_of: Callable[[World], dict[str, str]], names: tuple[str, ...], role: Role
) -> None:
    pages = made_of(world)
    assert set(names) == set(pages)
    looked_at(live_server, (world.person(role), pages))
