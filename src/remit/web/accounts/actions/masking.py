"""Personal values taken out of the audit trail for good; the entries stay, and the chain still holds."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import User
from remit.web.shared.audit import Told, mask, record
from remit.web.shared.models import AuditEntry, PersonalValue
from remit.web.shared.refusals import Refusal


@transaction.atomic
def mask_value(entry: AuditEntry, field: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Mask one value of one entry, with the reason. Raises Refusal where there is none left."""
    by.must_administer()
    if not PersonalValue.objects.filter(entry=entry, field=field, is_masked=False).exists():
        raise Refusal(_("There is no such value in this entry, or it is masked already."))
    mask(entry, field)
    after = {"entry": entry.number, "field": field, "reason": reason}
    record(Told("accounts.value_masked", entry, entry.engagement_id, after=after), by=by, at=at)


@transaction.atomic
def mask_person(person: User, *, reason: str, by: Actor, at: datetime) -> int:
    """Mask whatever the trail tells of a person by name or address, in their entries and in those about them.

    The one who masks need not be able to read the entries: those of engagements are masked unread. The number of
    values taken away; the entry of the masking tells nobody's name but the administrator's.
    """
    by.must_administer()
    theirs = Q(entry__person_id=person.pk, field__in=("name", "address"))
    about = Q(value__icontains=person.email)
    found = PersonalValue.objects.filter(theirs | about, is_masked=False)
    count: int = found.update(value="", salt="", is_masked=True)
    if not count:
        raise Refusal(_("The trail tells nothing of this person that is not masked already."))
    record(Told("accounts.person_masked", person, after={"values": count, "reason": reason}), by=by, at=at)
    return count
