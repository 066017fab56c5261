"""The audit trail: an entry belongs to its action, and whoever tampers with the chain is found."""

from collections.abc import Callable

import pytest
from django.db import transaction

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Organisation
from remit.web.accounts.roles import Role
from remit.web.shared.audit import Told, hash_of, mask, record, verify
from remit.web.shared.models import AuditEntry, ChainHead, PersonalValue
from tests.lib.web_world import AT, World


def told_five(world: World) -> None:
    """Five entries about one engagement."""
    engagement = world.engagements["care-north"]
    by = Actor(world.person(Role.BPO_MANAGER), "page", address="192.0.2.7", request="r-1")
    for number in range(5):
        with transaction.atomic():
            record(Told("tests.counted", engagement, engagement.pk, after={"count": number}), by=by, at=AT)


def sentences() -> list[str]:
    return [fault.sentence for fault in verify().faults]


def test_an_untouched_chain_holds_and_says_how_long_it_is(world: World) -> None:
    told_five(world)
    found = verify()
    assert (found.entries, found.faults) == (5, ())
    assert found.head == AuditEntry.objects.get(number=5).hash


def test_an_entry_tells_who_in_which_role_when_from_where_and_what(world: World) -> None:
    told_five(world)
    entry = AuditEntry.objects.get(number=1)
    personal = {value.field: value.value for value in entry.personal_values.all()}
    assert (entry.role, entry.via, entry.request, entry.at, entry.after) == (
        "bpo_manager",
        "page",
        "r-1",
        AT,
        {"count": 0},
    )
    assert personal == {"name": "Bpo_Manager.North <bpo_manager.north@example.org>", "address": "192.0.2.7"}


def _change(entry: AuditEntry) -> None:
    AuditEntry.objects.filter(pk=entry.pk).update(after={"count": 99})


def _change_and_rehash(entry: AuditEntry) -> None:
    entry.after = {"count": 99}
    AuditEntry.objects.filter(pk=entry.pk).update(after=entry.after, hash=hash_of(entry))


def _take_out(entry: AuditEntry) -> None:
    PersonalValue.objects.filter(entry=entry).delete()
    entry.delete()


def _change_a_name(entry: AuditEntry) -> None:
    PersonalValue.objects.filter(entry=entry, field="name").update(value="Somebody Else")


def _take_out_a_name(entry: AuditEntry) -> None:
    PersonalValue.objects.filter(entry=entry, field="name").delete()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (_change, "entry 3 was changed: its content is not what its hash was made of"),
        (_change_and_rehash, "entry 4 does not follow entry 3: one of them was changed or slipped in"),
        (_take_out, "entry 3 is missing"),
        (_change_a_name, "entry 3: its name was changed"),
        (_take_out_a_name, "entry 3: its name was taken out instead of masked"),
    ],
)
def test_tampering_is_found_and_named(world: World, tamper: Callable[[AuditEntry], None], said: str) -> None:
    told_five(world)
    tamper(AuditEntry.objects.get(number=3))
    assert sentences() == [said]


def test_a_chain_cut_at_its_end_is_found(world: World) -> None:
    told_five(world)
    _take_out(AuditEntry.objects.get(number=5))
    assert sentences() == ["the chain ends at entry 4, but its head was written at entry 5"]


def test_a_head_turned_back_with_the_entries_is_told_by_a_hash_kept_elsewhere(world: World) -> None:
    told_five(world)
    kept = verify().head
    _take_out(AuditEntry.objects.get(number=5))
    last = AuditEntry.objects.get(number=4)
    ChainHead.objects.update(number=4, hash=last.hash)
    assert (sentences(), verify().head == kept) == ([], False)


def test_a_personal_value_can_be_masked_and_the_chain_still_holds(world: World) -> None:
    told_five(world)
    entry = AuditEntry.objects.get(number=2)
    mask(entry, "name")
    assert sentences() == []
    assert PersonalValue.objects.get(entry=entry, field="name").value == ""


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    client = Organisation.objects.create(name="Meridian Travel", slug="meridian")
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(Told("tests.counted", client), by=installation(), at=AT)
    assert verify().entries == 0


def test_an_action_that_fails_leaves_no_entry(world: World) -> None:
    def fail() -> None:
        with transaction.atomic():
            record(Told("tests.counted", world.client), by=installation(), at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert verify().entries == 0
