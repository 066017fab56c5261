"""The room's background work: packets made and verified. Begun again, it has its effect once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.packets import files
from remit.web.packets.actions import version_of
from remit.web.packets.bridge import make, verify
from remit.web.packets.models import Check, Outcome, Packet
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now

call({"packets.make": gettext_noop("Make a packet"), "packets.verify": gettext_noop("Verify a packet")})


@handles("packets.make", duty=Duty.SEE_MONEY)
def make_packet(running: Running) -> Mapping[str, Any]:
    """Make a packet's file; what stands in the way is kept with it."""
    packet = Packet.objects.select_related("engagement", "run", "by").get(pk=running.arguments["packet"])
    version = version_of(packet.run)
    if version is None:
        raise Unrepeatable("the contract this month was settled by is no longer there")
    out = files.packet_file(packet.key)
    made = make(version, packet.run, packet.month_on, packet.personal, out, tell=running.tell)
    at = now()
    outcome = Outcome.REFUSED if made.problem else Outcome.DONE
    told = {"packet": packet.pk, "outcome": str(outcome), "sha256": made.sha256, "size": made.size}
    with running.effect(told):
        fields = {"size": made.size, "sha256": made.sha256, "fingerprint": made.fingerprint, "problem": made.problem}
        Packet.objects.filter(pk=packet.pk).update(outcome=outcome, ended_at=at, **fields)
        record(Told("packets.made", packet, packet.engagement_id, after=told), by=Actor(packet.by, "job"), at=at)
        if not made.problem:
            announce(packet.engagement, Event.PACKET_MADE, {"packet": packet.pk, "month": packet.month}, at=at)
    return told


@handles("packets.verify", duty=Duty.SEE_MONEY)
def verify_packet(running: Running) -> Mapping[str, Any]:
    """Verify a given packet and take its file away."""
    check = Check.objects.select_related("engagement", "by").get(pk=running.arguments["check"])
    path = files.given_file(check.key)
    if not path.exists():
        raise Unrepeatable("the file that was given is no longer there; give it again")
    running.tell("checking every byte")
    found = verify(path, name=check.name, trusted=check.trusted, unsigned=check.unsigned, tell=running.tell)
    at = now()
    told = {"check": check.pk, "is_reproduced": found["is_reproduced"], "sha256": found.get("sha256", "")}
    with running.effect(told):
        outcome = Outcome.DONE if found["is_reproduced"] else Outcome.REFUSED
        Check.objects.filter(pk=check.pk).update(outcome=outcome, ended_at=at, told=found)
        record(Told("packets.verified", check, check.engagement_id, after=told), by=Actor(check.by, "job"), at=at)
    path.unlink(missing_ok=True)
    return told
