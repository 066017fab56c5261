"""What people do with packets: ask for one, take one away, give one to be verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.jobs.queue import Work, enqueue
from remit.web.packets import files
from remit.web.packets.bridge import is_public_key
from remit.web.packets.models import Check, Outcome, Packet, Personal
from remit.web.performance.models import Run, SettledMonth
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


def choices_for(by: Actor, engagement: Engagement) -> list[Personal]:
    """What somebody may choose for personal data: records in the clear only for those who may see records."""
    is_trusted = by.may(Duty.SEE_RECORDS, engagement)
    return list(Personal) if is_trusted else [Personal.PSEUDONYMS]


def version_of(run: Run) -> Version | None:
    """The version of the contract that a run was settled by."""
    kept = Version.objects.filter(engagement=run.engagement, sha256=run.contract_sha256, number__isnull=False)
    found: Version | None = kept.order_by("-pk").first()
    return found


@transaction.atomic
def ask_for_packet(month: SettledMonth, personal: str, *, by: Actor, at: datetime) -> Packet:
    """Ask for a packet of a settled month; the same one asked for before is that one.

    Raises Refusal where the person may not have personal data so.
    """
    engagement = month.run.engagement
    by.must(Duty.MAKE_PACKETS, engagement)
    _must_be_allowed(personal, engagement, by)
    wanted = {"run": month.run, "month_on": month.starts_on, "personal": personal}
    standing = Packet.objects.exclude(outcome=Outcome.REFUSED).select_related("job")
    packet: Packet
    # Two people who ask at once get one packet: the constraint lets only one of them be first.
    packet, is_new = standing.get_or_create(
        **wanted, defaults={"engagement": engagement, "key": uuid4().hex, "by": by.person, "at": at}
    )
    if not is_new and (packet.outcome == Outcome.DONE or (packet.job is not None and not packet.job.is_over)):
        return packet
    packet.job = enqueue(Work("packets.make", {"packet": packet.pk}, engagement, packet.key), by=by, at=at)
    packet.save(update_fields=["job"])
    told = {"packet": packet.pk, "month": packet.month, "personal": personal, "run": month.run.pk}
    record(Told("packets.asked", packet, engagement.pk, after=told), by=by, at=at)
    return packet


def _must_be_allowed(personal: str, engagement: Engagement, by: Actor) -> None:
    if personal not in Personal.values:
        raise Refusal(_("Choose what becomes of personal data."))
    if personal not in choices_for(by, engagement):
        raise Refusal(
            _("Only those who may see records can have a packet that shows their keys."), _("Choose pseudonyms.")
        )


@transaction.atomic
def take_away(packet: Packet, *, by: Actor, at: datetime) -> None:
    """Note that somebody takes a packet out of the house. Raises Refusal where they may not, or it is not there."""
    by.must(Duty.EXPORT, packet.engagement)
    _must_be_allowed(packet.personal, packet.engagement, by)
    if packet.outcome != Outcome.DONE:
        raise Refusal(_("The packet is not there yet."))
    told = {"packet": packet.pk, "sha256": packet.sha256}
    record(Told("packets.fetched", packet, packet.engagement_id, after=told), by=by, at=at)


@dataclass(frozen=True, slots=True)
class Given:
    """A packet as somebody gives it, whose key they trust, and whether one that nobody signed will do."""

    name: str
    pieces: Iterable[bytes]
    trusted: str = ""
    unsigned: bool = False


@transaction.atomic
def give_packet(given: Given, *, engagement: Engagement, by: Actor, at: datetime) -> Check:
    """Give a packet to be verified. Raises Refusal for one that is too large or empty, and for what is no key."""
    by.must(Duty.SEE_MONEY, engagement)
    if given.trusted and not is_public_key(given.trusted):
        raise Refusal(
            _("That is no public key, and no fingerprint of one."),
            _("A fingerprint begins with SHA256: and a key is one word of 44 letters, digits and signs."),
        )
    key = uuid4().hex
    size = files.keep_given(key, given.pieces)
    fields = {"name": given.name[:200], "trusted": given.trusted, "unsigned": given.unsigned}
    check = Check.objects.create(engagement=engagement, key=key, by=by.person, at=at, **fields)
    check.job = enqueue(Work("packets.verify", {"check": check.pk}, engagement, key), by=by, at=at)
    check.save(update_fields=["job"])
    told = {"check": check.pk, "name": check.name, "size": size}
    record(Told("packets.given", check, engagement.pk, after=told), by=by, at=at)
    return check
