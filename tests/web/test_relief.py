"""Relief on the site: drawn up when a month is measured, asked for, decided, and then part of the month."""

from datetime import date, timedelta

import pytest

from remit.performance.relief import AgreedRelief
from remit.web.accounts.roles import Role
from remit.web.connections.actions import Asked, add_webhook
from remit.web.connections.events import Event
from remit.web.connections.models import Delivery
from remit.web.exclusions.bridge.agreed import agreed_list, agreed_sha256, agreed_waivers
from remit.web.exclusions.models import AgreedList
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.bridge.listing import make_listing, wanted_of
from remit.web.performance.bridge.showing import month_period
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run
from remit.web.relief import actions
from remit.web.relief.models import Claim, State
from remit.web.settlements.holding import holds_on
from remit.web.shared.audit import verify
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_exclusions import NORTH, client, person, provider
from tests.lib.web_loads import loaded
from tests.lib.web_relief import GAP, MARCH, intervals, march_of, measured, the_claim
from tests.lib.web_world import AT, World

LATER = AT + timedelta(hours=1)


def asked(world: World, *, more: str = "") -> Claim:
    """A claim that the site drew up and the provider asked for."""
    measured(world, more=more)
    return actions.ask_drawn(the_claim(), "the campaign of 9 March", by=provider(world), at=AT)


def agreed(world: World, claim: Claim) -> None:
    actions.decide(claim, is_agreed=True, answer="", by=client(world), at=LATER)
    work_until_idle()


def test_a_missed_month_outside_the_band_is_drawn_up_for_the_provider_alone(world: World) -> None:
    engagement = measured(world)
    claim = the_claim()
    assert (claim.state, claim.level, claim.month, claim.relief) == (State.DRAWN, "SL1", "2026-03", "whole_month")
    assert claim.told is not None
    assert (claim.told["outside"], claim.told["stretches"], claim.clause) == (20, 20, "B 7.2")
    assert list(Claim.objects.visible_to(world.person(Role.OPERATIONS_MANAGER, NORTH))) == [claim]
    assert not Claim.objects.visible_to(world.person(Role.BPO_MANAGER, NORTH)).exists()
    assert (march_of(engagement)[0].standing, march_of(engagement)[1]) == ("below_expected", "100.00")


def test_a_month_inside_the_band_is_not_drawn_up(world: World) -> None:
    measured(world, came=2)
    assert not Claim.objects.exists()


def test_what_is_agreed_is_part_of_the_month_in_every_figure(world: World) -> None:
    claim = asked(world)
    engagement = claim.engagement
    agreed(world, claim)
    level, credit = march_of(engagement)
    assert (claim.state, level.standing, credit) == (State.AGREED, "not_measured", "0.00")
    assert level.note == "relieved under B 7.2: not measured, where 60 of 100 were"
    run = Run.objects.newest_of(engagement)
    assert run is not None
    assert run.waivers_sha256 == agreed_sha256(engagement) != ""
    (relief,) = agreed_list(engagement, run.waivers_sha256)
    assert isinstance(relief, AgreedRelief)
    assert (relief.approved_by, relief.reason) == (engagement.client.name, "the campaign of 9 March")
    assert agreed_waivers(engagement) == ()
    assert verify().faults == ()


def test_contacts_that_are_added_stand_in_the_list_of_records(world: World) -> None:
    claim = asked(world, more=GAP)
    assert (claim.relief, claim.contacts) == ("volume_gap", 28)
    agreed(world, claim)
    level, credit = march_of(claim.engagement)
    assert (level.numerator, level.denominator, level.standing, credit) == (88, 100, "met", "0.00")
    run = Run.objects.newest_of(claim.engagement)
    assert run is not None
    terms = terms_of_sha256(claim.engagement, run.contract_sha256)
    assert terms is not None
    assert make_listing(terms, wanted_of(run, "SL1", month_period("2026-03"))) == 21


def test_both_sides_see_before_what_agreeing_does(world: World) -> None:
    claim = asked(world)
    assert claim.told is not None
    assert claim.told["effect"]["months"] == [["2026-03", "100.00", "0.00"]]
    assert [(one.level, one.state) for one in Claim.objects.visible_to(world.person(Role.BPO_MANAGER, NORTH))] == [
        ("SL1", State.ASKED)
    ]


def test_what_is_refused_needs_a_reason_and_leaves_the_month_as_it_was(world: World) -> None:
    claim = asked(world)
    with pytest.raises(Refusal, match="Say why the month is not relieved"):
        actions.decide(claim, is_agreed=False, answer=" ", by=client(world), at=LATER)
    actions.decide(claim, is_agreed=False, answer="you knew of it", by=client(world), at=LATER)
    work_until_idle()
    assert (claim.state, AgreedList.objects.count(), march_of(claim.engagement)[1]) == (State.REFUSED, 0, "100.00")


def test_nobody_agrees_to_figures_that_have_moved(world: World) -> None:
    claim = asked(world)
    loaded(world, {"interval_counts.csv": intervals().replace("v20,2026-03-20", "v21,2026-03-21")})
    work_until_idle()
    claim.refresh_from_db()
    assert not actions.is_stale(claim), "what waits for an answer is measured anew when the facts change"
    assert claim.told is not None
    assert claim.told["stretches"] == 21
    Claim.objects.filter(pk=claim.pk).update(store_version=1)
    claim.refresh_from_db()
    with pytest.raises(Refusal, match="no longer hold"):
        actions.decide(claim, is_agreed=True, answer="", by=client(world), at=LATER)
    assert not AgreedList.objects.exists()


def test_a_drawn_claim_whose_facts_were_mended_is_void(world: World) -> None:
    measured(world)
    loaded(world, {"interval_counts.csv": intervals(came=2)})
    work_until_idle()
    claim = the_claim()
    assert (claim.state, claim.told is not None and claim.told["is_given"]) == (State.VOID, False)
    assert "no volume lay outside the band" in claim.fault or "it was not missed" in claim.fault


def test_one_asks_without_waiting_for_the_site_and_learns_where_nothing_is_due(world: World) -> None:
    engagement = measured(world, came=2)
    claim = actions.ask(engagement, "SL1", MARCH, "so many calls", by=provider(world), at=AT)
    work_until_idle()
    claim.refresh_from_db()
    assert (claim.state, claim.fault) == (State.VOID, "it was not missed")
    with pytest.raises(Refusal, match="the forecast terms excuse SL1, and not SL2"):
        actions.ask(engagement, "SL2", MARCH, "why", by=provider(world), at=AT)
    with pytest.raises(Refusal, match="outside the contract's term"):
        actions.ask(engagement, "SL1", date(2031, 1, 1), "why", by=provider(world), at=AT)
    with pytest.raises(Refusal, match="Say why"):
        actions.ask(engagement, "SL1", MARCH, " ", by=provider(world), at=AT)


def test_a_level_s_month_has_one_claim_at_a_time_and_one_left_alone_is_not_drawn_up_again(world: World) -> None:
    engagement = measured(world)
    claim = actions.ask(engagement, "SL1", MARCH, "so many calls", by=provider(world), at=AT)
    assert (claim.state, Claim.objects.count()) == (State.ASKED, 1)
    with pytest.raises(Refusal, match="already"):
        actions.ask(engagement, "SL1", MARCH, "again", by=provider(world), at=AT)
    actions.withdraw(claim, by=provider(world), at=AT)
    loaded(world, {"interval_counts.csv": intervals().replace("v20,2026-03-20", "v21,2026-03-21")})
    work_until_idle()
    assert list(Claim.objects.values_list("state", flat=True)) == [State.WITHDRAWN]


def test_an_undecided_claim_keeps_the_month_from_being_proposed(world: World) -> None:
    claim = asked(world)
    (hold,) = [one for one in holds_on(claim.engagement, MARCH) if "relief" in one.sentence]
    assert hold.keeps_from_proposing
    agreed(world, claim)
    assert [one for one in holds_on(claim.engagement, MARCH) if "relief" in one.sentence] == []


def test_each_side_does_its_own_part(world: World) -> None:
    measured(world)
    for by in (client(world), person(world, Role.EXECUTIVE)):
        with pytest.raises(NotAllowed):
            actions.ask_drawn(the_claim(), "why", by=by, at=AT)
    claim = actions.ask_drawn(the_claim(), "why", by=provider(world), at=AT)
    with pytest.raises(NotAllowed):
        actions.decide(claim, is_agreed=True, answer="", by=provider(world), at=LATER)


def test_a_list_whose_relief_was_changed_behind_the_pages_is_refused(world: World) -> None:
    claim = asked(world)
    agreed(world, claim)
    Claim.objects.filter(pk=claim.pk).update(reason="another")
    with pytest.raises(Refusal, match="changed after they were agreed on"):
        agreed_list(claim.engagement)


def test_partners_hear_of_claims_and_decisions(world: World) -> None:
    engagement = measured(world)
    events = (Event.RELIEF_ASKED, Event.RELIEF_DECIDED)
    add_webhook(engagement, Asked("https://partner.example/hook", events), by=client(world), at=AT)
    claim = actions.ask_drawn(the_claim(), "the campaign of 9 March", by=provider(world), at=AT)
    agreed(world, claim)
    told = Delivery.objects.filter(webhook__engagement=engagement).order_by("pk")
    assert [one.event for one in told] == ["relief.asked", "relief.decided"]
