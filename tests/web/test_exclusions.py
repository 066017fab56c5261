"""Records asked to be excluded: gathered once, worked out before, decided by the other side, and then measured anew."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from remit.cli.main import main
from remit.reports.statements import as_json
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.exclusions import actions
from remit.web.exclusions.actions import Asked, Decision, GivenFile
from remit.web.exclusions.actions.deciding import effect_shown, is_stale
from remit.web.exclusions.bridge.agreed import agreed_list, agreed_sha256, agreed_waivers
from remit.web.exclusions.bridge.evidence import waivers_text
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.bridge.working_out import ShownEffect, shown_effect
from remit.web.exclusions.models import AgreedList, Effect, ExclusionRequest, RequestedRecord, State
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.bridge.kept import settlement_of
from remit.web.performance.bridge.listing import make_listing, wanted_of
from remit.web.performance.bridge.records import Asked as Listed
from remit.web.performance.bridge.records import listing, part_of
from remit.web.performance.bridge.showing import month_period
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_exclusions import (
    CASES,
    CLAUSE,
    JANUARY,
    NORTH,
    TERMS,
    asked_for,
    client,
    credit_of,
    level_of,
    measured,
    person,
    provider,
)
from tests.lib.web_loads import loaded
from tests.lib.web_world import AT, World

LATER = AT + timedelta(hours=1)


def keys_of(request: ExclusionRequest) -> list[str]:
    return list(request.records.order_by("position").values_list("key", flat=True))


def decided(world: World, request: ExclusionRequest, *granted: str, answer: str = "the rest was yours") -> None:
    actions.decide(request, Decision(granted, answer), by=client(world), at=LATER)
    work_until_idle()


def newest(engagement: Engagement) -> Run:
    run = Run.objects.newest_of(engagement)
    assert run is not None
    return run


def told_of(effect: Effect | None) -> ShownEffect:
    assert effect is not None
    assert effect.told is not None
    return shown_effect(effect.told)


def test_what_is_granted_is_left_out_and_the_money_follows(world: World) -> None:
    engagement = measured(world)
    assert (level_of(engagement).numerator, level_of(engagement).denominator) == (1, 4)
    assert credit_of(engagement) == "100.00"
    request = asked_for(world, Choice(where="site = 'Manila'", is_missed_only=True))
    assert (request.state, keys_of(request), request.already_out) == (State.ASKED, ["c", "e"], 1)
    asked_for(world, Choice(keys=("b",)))
    decided(world, request, "c", "e", answer="")
    assert request.state == State.GRANTED
    assert (level_of(engagement).numerator, level_of(engagement).denominator, level_of(engagement).excluded) == (
        1,
        2,
        3,
    )
    decided(world, ExclusionRequest.objects.exclude(pk=request.pk).get(), "b", answer="")
    assert (level_of(engagement).standing, credit_of(engagement)) == ("not_measured", "0.00")
    assert verify().faults == ()


def test_granted_in_part_each_record_has_its_own_answer(world: World) -> None:
    engagement = measured(world)
    request = asked_for(world, Choice(is_missed_only=True))
    decided(world, request, "b")
    assert request.state == State.PARTLY
    states = dict(RequestedRecord.objects.filter(request=request).values_list("key", "state"))
    assert states == {"b": "granted", "c": "refused", "e": "refused"}
    assert [one.record_key for one in agreed_waivers(engagement)] == ["b"]
    assert level_of(engagement).denominator == 3


def test_what_is_refused_counts_on_and_needs_a_reason(world: World) -> None:
    engagement = measured(world)
    request = asked_for(world, Choice(keys=("b",)))
    with pytest.raises(Refusal, match="Say why records are to count"):
        actions.decide(request, Decision([], " "), by=client(world), at=LATER)
    runs = Run.objects.count()
    decided(world, request)
    assert (request.state, agreed_sha256(engagement), Run.objects.count()) == (State.REFUSED, "", runs)


def test_both_sides_see_before_what_a_decision_does(world: World) -> None:
    engagement = measured(world)
    request = asked_for(world, Choice(is_missed_only=True))
    effect = effect_shown(request)
    assert effect is not None
    told = told_of(effect)
    (window,) = told.windows
    assert (window.now.value, window.now.words, window.now.counts) == ("25.00 %", "below minimum", "1 / 4")
    assert (window.then.words, window.then.counts, window.then.excluded) == ("not measured", "1 / 1", 4)
    assert [(one.label, one.now, one.then) for one in told.months] == [("2026-01", "EUR 100.00", "EUR 0.00")]
    assert not is_stale(effect)
    some = actions.ask_for_effect(request, ["b", "c"], by=client(world), at=LATER)
    assert actions.ask_for_effect(request, ["c", "b"], by=client(world), at=LATER) == some
    work_until_idle()
    some.refresh_from_db()
    assert told_of(some).windows[0].then.counts == "1 / 2"
    decided(world, request, "b", "c")
    assert (level_of(engagement).numerator, level_of(engagement).denominator) == (1, 2)


def test_an_effect_says_when_it_was_worked_out_on_what_no_longer_holds(world: World) -> None:
    measured(world)
    first, second = asked_for(world, Choice(keys=("b",))), asked_for(world, Choice(keys=("c",)))
    decided(world, first, "b", answer="")
    before = effect_shown(second)
    assert before is not None
    assert is_stale(before)
    after = actions.ask_for_effect(second, None, by=client(world), at=LATER)
    work_until_idle()
    after.refresh_from_db()
    assert Effect.objects.filter(request=second).count() == 2
    assert told_of(after).windows[0].now.counts == "1 / 3"


def test_later_facts_do_not_widen_what_was_asked_for(world: World) -> None:
    engagement = measured(world)
    request = asked_for(world, Choice(where="site = 'Manila'"))
    loaded(world, {"cases.csv": CASES + "g,2026-01-20T09:00:00Z,2026-01-20T15:00:00Z,mail,Manila,P2\n"})
    assert level_of(engagement).denominator == 5
    decided(world, request, *keys_of(request), answer="")
    assert (keys_of(request), level_of(engagement).denominator) == (["c", "e"], 3)


def test_what_the_page_settles_the_command_settles_with_the_agreed_list(world: World) -> None:
    engagement = measured(world)
    decided(world, asked_for(world, Choice(is_missed_only=True)), "b", "c")
    run = newest(engagement)
    kept = as_json([settlement_of(month.settlement) for month in run.months.order_by("starts_on")])
    folder = Path(settings.DATA)
    (folder / "contract.yaml").write_text(TERMS.strip())
    (folder / "agreed.csv").write_text(waivers_text(agreed_waivers(engagement)), encoding="utf-8")
    out = folder / "settled.json"
    line = ["settle", str(folder / "contract.yaml"), "--store", settings.STORE_URL, "--as", "json", "--out", str(out)]
    assert main([*line, "--waivers", str(folder / "agreed.csv")]) == 0
    assert out.read_text(encoding="utf-8") == kept
    assert json.loads(kept)[0]["facts"]["waivers_sha256"] == run.waivers_sha256 == agreed_sha256(engagement)


def test_a_run_of_before_keeps_the_exclusions_of_its_day(world: World) -> None:
    engagement = measured(world)
    first = asked_for(world, Choice(keys=("b",)))
    decided(world, first, "b", answer="")
    then = newest(engagement)
    decided(world, asked_for(world, Choice(keys=("c",))), "c", answer="")
    for run, out in ((then, {"b", "d"}), (newest(engagement), {"b", "c", "d"})):
        terms = terms_of_sha256(engagement, run.contract_sha256)
        assert terms is not None
        make_listing(terms, wanted_of(run, "SL1", month_period("2026-01")))
        found = listing(run.pk, "SL1", "2026-01")
        assert found is not None
        assert {row["key"] for row in part_of(found, Listed(only="excluded")).rows} == out


def test_exclusions_changed_behind_the_pages_settle_nothing(world: World) -> None:
    engagement = measured(world)
    decided(world, asked_for(world, Choice(keys=("b",))), "b", answer="")
    RequestedRecord.objects.filter(key="b").update(key="c")
    with pytest.raises(Refusal, match="changed after they were agreed on"):
        agreed_waivers(engagement)
    with pytest.raises(Refusal, match="no list of agreed exclusions with the hash"):
        agreed_list(engagement, "beef" * 16)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"choice": Choice()}, "Say which records are meant"),
    ({"choice": Choice(where="sight = 'Manila'")}, "did you mean 'site'"),
    ({"choice": Choice(where="site = 1")}, "The filter can’t be understood"),
    ({"choice": Choice(from_at=5, to_at=5)}, "The span ends before it begins"),
    ({"choice": Choice(keys=tuple(map(str, range(5001))))}, "names 5,001 records"),
    ({"clause": "X1"}, "X1 is no clause by which records of SL1 can be excluded"),
    ({"level": "SL2"}, "no exclusion with `waivers: true` concerns SL2"),
    ({"level": "SL9"}, "the contract has no service level 'SL9'"),
    ({"reason": " "}, "Say why these records should not count"),
    ({"month_on": date(2027, 1, 1)}, "2027-01 lies outside the contract’s term"),
    ({"files": [GivenFile("big.pdf", b"x" * (5 * 2**20 + 1))]}, "big.pdf is too large"),
    ({"files": [GivenFile(f"{n}.txt", b"x") for n in range(21)]}, "at most 20 files"),
]


def test_what_can_not_be_asked_is_told_and_nothing_is_kept(world: World) -> None:
    engagement = measured(world)
    for change, said in REFUSED:
        given = replace(Asked("SL1", JANUARY, "X2", "their system was down", Choice(keys=("b",))), **change)
        with pytest.raises(Refusal) as refused:
            actions.ask(engagement, given, by=provider(world), at=AT)
        assert said in f"{refused.value.sentence} {refused.value.hint}"
    assert ExclusionRequest.objects.count() == 0
    assert not AuditEntry.objects.filter(action__startswith="exclusions.").exists()


def test_a_contract_without_a_clause_says_so(world: World) -> None:
    engagement = measured(world, terms=TERMS.replace(CLAUSE, "").replace(", gives_relief: [SL1, SL2]", ""))
    given = Asked("SL1", JANUARY, "X2", "their system was down", Choice(keys=("b",)))
    with pytest.raises(Refusal, match="no exclusion with `waivers: true` concerns SL1") as refused:
        actions.ask(engagement, given, by=provider(world), at=AT)
    assert "Agree on such a clause first" in refused.value.hint


def test_without_a_contract_or_facts_nothing_is_asked(world: World) -> None:
    given = Asked("SL1", JANUARY, "X2", "their system was down", Choice(keys=("b",)))
    with pytest.raises(Refusal, match="No version of the contract is agreed yet"):
        actions.ask(world.engagements[NORTH], given, by=provider(world), at=AT)


def test_a_request_whose_records_can_not_be_had_is_void(world: World) -> None:
    measured(world)
    none = "No record that counts fits. 1 of that month are left out already."
    strange = "zz: no such record stands behind SL1 in 2026-01"
    for choice, said in ((Choice(keys=("b", "zz")), strange), (Choice(where="site = 'Porto'"), none)):
        request = asked_for(world, choice)
        assert request.state == State.VOID
        assert said in request.fault
        with pytest.raises(Refusal, match="void already"):
            actions.decide(request, Decision([], "no"), by=client(world), at=LATER)


def test_what_is_decided_stays_decided(world: World) -> None:
    measured(world)
    request = asked_for(world, Choice(keys=("b",)))
    decided(world, request, "b", answer="")
    for attempt in (
        lambda: actions.decide(request, Decision([], "no"), by=client(world), at=LATER),
        lambda: actions.withdraw(request, by=provider(world), at=LATER),
        lambda: actions.attach(request, [GivenFile("a.txt", b"x")], by=provider(world), at=LATER),
    ):
        with pytest.raises(Refusal, match="granted already"):
            attempt()
    assert AgreedList.objects.count() == 1


def test_each_side_does_its_own_part_and_no_more(world: World) -> None:
    engagement = measured(world)
    request = asked_for(world, Choice(keys=("b",)))
    with pytest.raises(Refusal, match="not about a"):
        actions.decide(request, Decision(["a", "b"]), by=client(world), at=LATER)
    with pytest.raises(NotAllowed):
        actions.decide(request, Decision(None), by=provider(world), at=LATER)
    given = Asked("SL1", JANUARY, "X2", "why not", Choice(keys=("b",)))
    with pytest.raises(NotAllowed):
        actions.ask(engagement, given, by=client(world), at=LATER)
    with pytest.raises(NotAllowed):
        actions.say(request, "hello", by=person(world, Role.AUDITOR), at=LATER)
    actions.withdraw(request, by=provider(world), at=LATER)
    with pytest.raises(Refusal, match="withdrawn already"):
        actions.decide(request, Decision(None), by=client(world), at=LATER)


def test_every_deed_leaves_its_entry(world: World) -> None:
    measured(world)
    request = asked_for(world, Choice(keys=("b",)))
    actions.say(request, "see the ticket", by=client(world), at=LATER)
    actions.attach(request, [GivenFile("../../mail.eml", b"From: x")], by=provider(world), at=LATER)
    decided(world, request, "b", answer="")
    entries = AuditEntry.objects.filter(action__startswith="exclusions.").order_by("number")
    assert [one.action for one in entries] == [
        "exclusions.asked",
        "exclusions.remarked",
        "exclusions.evidence_attached",
        "exclusions.decided",
    ]
    assert request.files.get().name == "mail.eml"
    # Lists name organisations: masking a person later changes none that both sides hold.
    assert {one.approved_by for one in agreed_waivers(request.engagement)} == {"Meridian Travel"}
