"""People as an administrator keeps them: deactivated and reactivated, made administrators; never deleted."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import ApiToken, User
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@transaction.atomic
def deactivate(person: User, *, by: Actor, at: datetime) -> None:
    """Let somebody in no more: sessions and tokens end at once; what they did stays theirs.

    Raises Refusal for the last administrator.
    """
    by.must_administer()
    _must_leave_an_administrator(person)
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise Refusal(_("%(name)s is deactivated already.") % {"name": person})
    for session in UserSession.objects.filter(user=person):
        session.end()
    revoked = ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=at)
    person.is_active = False
    _tell("accounts.deactivated", person, by, at, after={"tokens_revoked": revoked})


@transaction.atomic
def reactivate(person: User, *, by: Actor, at: datetime) -> None:
    """Let somebody in again, with the roles they had; tokens taken back stay so."""
    by.must_administer()
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        raise Refusal(_("%(name)s is active already.") % {"name": person})
    person.is_active = True
    _tell("accounts.reactivated", person, by, at)


@transaction.atomic
def name_administrator(email: str, *, name: str = "", by: Actor, at: datetime) -> User:
    """Make somebody an administrator of the installation: a person who is there, or a new one without a password."""
    by.must_administer()
    person: User | None = User.objects.filter(email__iexact=email).first()
    if person is None:
        person = User(email=email.lower(), name=name or email, date_joined=at)
        person.set_unusable_password()
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    elif not person.is_active:
        raise Refusal(_("%(name)s is deactivated.") % {"name": person}, _("Reactivate the person first."))
    User.objects.filter(pk=person.pk).update(is_administrator=True)
    person.is_administrator = True
    _tell("accounts.administrator_named", person, by, at)
    return person


@transaction.atomic
def take_administration(person: User, *, by: Actor, at: datetime) -> None:
    """Make an administrator an ordinary person again. Raises Refusal for the last one."""
    by.must_administer()
    _must_leave_an_administrator(person)
    if not User.objects.filter(pk=person.pk, is_administrator=True).update(is_administrator=False):
        raise Refusal(_("%(name)s is no administrator.") % {"name": person})
    person.is_administrator = False
    _tell("accounts.administration_taken", person, by, at)


def _must_leave_an_administrator(person: User) -> None:
    """Raises Refusal where nobody could look after the installation any more."""
    if not person.is_administrator:
        return
    others = User.objects.select_for_update().filter(is_administrator=True, is_active=True).exclude(pk=person.pk)
    if not list(others[:1]):
        raise Refusal(_("%(name)s is the only administrator.") % {"name": person}, _("Name another one first."))


def _tell(action: str, person: User, by: Actor, at: datetime, after: dict[str, int] | None = None) -> None:
    personal = {"person": f"{person.name} <{person.email}>"}
    record(Told(action, person, after=after, personal=personal), by=by, at=at)
