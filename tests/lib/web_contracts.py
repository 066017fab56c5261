"""Contracts of the little world: their files, drafts of them, and versions that both sides agreed on."""

from datetime import datetime

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File, approve, propose, start_draft
from remit.web.contracts.models import Version
from tests.lib.web_world import AT, World
from tests.lib.written_contracts import SOUND

CLIENT, PROVIDER = Role.BPO_MANAGER, Role.ACCOUNT_MANAGER


def text_for(engagement: str = "care-north", *, expected: str = "95%") -> bytes:
    """The sound contract under an engagement's own contract id."""
    return SOUND.strip().replace("MSA-1", engagement).replace("expected: 95%", f"expected: {expected}").encode()


def amendment_for(engagement: str = "care-north", *, change: str = "service_levels.SL1.expected: 96%") -> bytes:
    """An amendment from July on that changes one term."""
    return f"remit: 1\namendment: {{id: A1, to: {engagement}, from: 2026-07-01}}\nchange:\n  {change}\n".encode()


def actor(world: World, role: Role, engagement: str = "care-north") -> Actor:
    """Somebody acting by a page."""
    return Actor(world.person(role, engagement), "page")


def drafted(world: World, *files: File, by: Role = CLIENT, engagement: str = "care-north") -> Version:
    """A draft; of the sound contract where no files are given."""
    given = files or (File("contract.yaml", text_for(engagement)),)
    return start_draft(world.engagements[engagement], given, by=actor(world, by, engagement), at=AT)


def proposed(world: World, *files: File, by: Role = CLIENT, engagement: str = "care-north") -> Version:
    """A version on the table."""
    draft = drafted(world, *files, by=by, engagement=engagement)
    return propose(draft, note="", revision=draft.revision, by=actor(world, by, engagement), at=AT)


def agreed(world: World, *files: File, engagement: str = "care-north", at: datetime = AT) -> Version:
    """A version that both sides approved."""
    version = proposed(world, *files, engagement=engagement)
    for role in (CLIENT, PROVIDER):
        version = approve(version, by=actor(world, role, engagement), at=at)
    return version
