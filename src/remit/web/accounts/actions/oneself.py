"""What people change about themselves: name, zone, language, and the sessions they have open."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import User
from remit.web.shared.audit import Told, record


@dataclass(frozen=True, slots=True)
class Profile:
    """How somebody is named and wants things shown; the zone is an IANA name, checked by the form."""

    name: str
    time_zone: str
    language: str


@transaction.atomic
def change_profile(profile: Profile, *, by: Actor, at: datetime) -> None:
    """Change one's own name, zone and language; nothing else about a person is theirs to change."""
    person = by.person
    before = {"time_zone": person.time_zone, "language": person.language}
    after = {"time_zone": profile.time_zone, "language": profile.language}
    renamed = {"old name": person.name, "new name": profile.name} if profile.name != person.name else {}
    if before == after and not renamed:
        return
    User.objects.filter(pk=person.pk).update(name=profile.name, **after)
    record(Told("accounts.profile_changed", person, before=before, after=after, personal=renamed), by=by, at=at)


@transaction.atomic
def end_session(session: UserSession, *, by: Actor, at: datetime) -> None:
    """Sign oneself out somewhere else. The session must be one's own: the page looks it up among those."""
    if session.user_id != by.person_id:
        raise PermissionError("somebody else's session")
    told = Told("accounts.session_ended", by.person, personal={"session": f"{session.ip} {session.user_agent}"})
    session.end()
    record(told, by=by, at=at)
