"""What the first page tells of by itself: the audit trail's news, failed work, people who never came."""

from collections.abc import Iterable, Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.web.accounts.models import Invitation
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.jobs.models import Job, State
from remit.web.shared.models import AuditEntry

_MOST = 12
"""How many engagements the first page names for one kind of news."""
SOON_OVER_DAYS = 3
"""How long before its end an invitation that nobody accepted is worth a word."""


def tell(visit: Visit) -> Iterable[Item]:
    """Three or four queries, whatever the number of engagements."""
    yield from _entries(visit)
    yield from _failed(visit)
    yield from _unanswered(visit)


def _entries(visit: Visit) -> Iterator[Item]:
    """How many deeds of others came since, for whoever may read the trail."""
    places = visit.where(Duty.SEE_AUDIT)
    since = AuditEntry.objects.filter(engagement_id__in=list(places), at__gt=visit.since)
    counted = since.exclude(person_id=visit.actor.person_id).values_list("engagement_id").annotate(Count("number"))
    most = sorted(counted, key=lambda one: (-one[1], one[0]))[:_MOST]
    for engagement_id, count in most:
        engagement = places[engagement_id].engagement
        yield Item(
            Part.CHANGED,
            ngettext("%(count)s new entry in the audit trail", "%(count)s new entries in the audit trail", count)
            % {"count": count},
            reverse("accounts:audit", kwargs={"engagement": engagement.slug}),
            engagement,
            order=80,
        )


def _failed(visit: Visit) -> Iterator[Item]:
    """Background work that failed since, for administrators: they alone can begin it anew."""
    if not visit.actor.person.is_administrator:
        return
    count = Job.objects.filter(state=State.FAILED, ended_at__gt=visit.since).count()
    if count:
        yield Item(
            Part.NEEDS,
            ngettext("%(count)s job failed", "%(count)s jobs failed", count) % {"count": count},
            f"{reverse('jobs:all')}?state=failed",
            order=20,
        )


def _unanswered(visit: Visit) -> Iterator[Item]:
    """Invitations of one's own side that run out soon without having been accepted."""
    places = visit.where(Duty.INVITE_PEOPLE)
    mine = Invitation.objects.visible_to(visit.actor.person).filter(engagement_id__in=list(places))
    for one in mine.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=visit.at)[:20]:
        if (one.expires_at - visit.at).days >= SOON_OVER_DAYS or one.engagement_id is None:
            continue
        engagement = places[one.engagement_id].engagement
        yield Item(
            Part.NEEDS,
            _("%(address)s has not accepted the invitation") % {"address": one.email},
            reverse("accounts:people", kwargs={"engagement": engagement.slug}),
            engagement,
            at=one.expires_at,
            order=60,
        )
