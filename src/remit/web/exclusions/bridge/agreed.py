"""What both sides agreed on here: waivers and relief of now, and those of any list of before, by its hash."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from remit.web.accounts.models import Engagement
from remit.web.exclusions.bridge.evidence import Agreed, Waiver, sha256_of, waivers_for
from remit.web.exclusions.models import AgreedList, ExclusionRequest, RecordState, RequestedRecord
from remit.web.shared.follow_ups import declared
from remit.web.shared.refusals import Refusal

AgreedBeside = Callable[[AgreedList], Iterable[Agreed]]


def agreed_sha256(engagement: Engagement) -> str:
    """The hash of all that is agreed now; empty where nothing is."""
    newest = AgreedList.objects.newest_of(engagement)
    return "" if newest is None else newest.sha256


def agreed_waivers(engagement: Engagement) -> tuple[Waiver, ...]:
    """The waivers among what is agreed now."""
    return tuple(one for one in agreed_list(engagement) if isinstance(one, Waiver))


def agreed_list(engagement: Engagement, sha256: str | None = None) -> tuple[Agreed, ...]:
    """What is agreed now, or was by an earlier list of a hash (empty: nothing).

    What subjects above let be agreed, they declare as `agreed_beside` in their AppConfig. Raises Refusal where the
    database has not the list of that hash any more: nothing is settled by another one.
    """
    if sha256 == "":
        return ()
    lists = AgreedList.objects.filter(engagement=engagement)
    wanted = AgreedList.objects.newest_of(engagement) if sha256 is None else lists.filter(sha256=sha256).first()
    if wanted is None:
        if sha256 is None:
            return ()
        raise Refusal(_("There is no list of agreed exclusions with the hash %(hash)s.") % {"hash": sha256[:12]})
    beside: list[AgreedBeside] = declared("agreed_beside")
    found = (*_waivers_up_to(wanted), *(one for tell in beside for one in tell(wanted)))
    if sha256_of(found) != wanted.sha256:
        raise Refusal(
            _("The agreed exclusions were changed after they were agreed on."),
            _("Ask an administrator to restore them from a backup; nothing is settled by them until then."),
        )
    return found


def next_list(engagement: Engagement, added: Iterable[Agreed], *, at: datetime) -> AgreedList:
    """The list with what is agreed now beside what was; whoever asks holds the engagement, so that numbers follow."""
    before = AgreedList.objects.newest_of(engagement)
    found = [*agreed_list(engagement), *added]
    agreed: AgreedList = AgreedList.objects.create(
        engagement=engagement,
        number=1 if before is None else before.number + 1,
        sha256=sha256_of(found),
        waivers=sum(isinstance(one, Waiver) for one in found),
        at=at,
    )
    return agreed


def _waivers_up_to(wanted: AgreedList) -> Iterable[Waiver]:
    requests = ExclusionRequest.objects.filter(
        engagement_id=wanted.engagement_id, agreed_in__number__lte=wanted.number
    ).select_related("engagement__client")
    granted: dict[int, list[RequestedRecord]] = {}
    rows = RequestedRecord.objects.filter(request__in=requests, state=RecordState.GRANTED).order_by("position")
    for row in rows:
        granted.setdefault(row.request_id, []).append(row)
    for request in requests.order_by("agreed_in__number"):
        yield from waivers_for(request, granted.get(request.pk, []), approved_by=request.engagement.client.name)
