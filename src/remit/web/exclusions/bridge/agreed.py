"""The waivers both sides agreed on here: those of now, and those of any list of before, by its hash."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from remit.web.accounts.models import Engagement
from remit.web.exclusions.bridge.evidence import Waiver, waivers_for, waivers_sha256
from remit.web.exclusions.models import AgreedList, ExclusionRequest, RecordState, RequestedRecord
from remit.web.shared.refusals import Refusal


def agreed_sha256(engagement: Engagement) -> str:
    """The hash of the waivers agreed on now; empty where there are none."""
    newest = AgreedList.objects.newest_of(engagement)
    return "" if newest is None else newest.sha256


def agreed_waivers(engagement: Engagement, sha256: str | None = None) -> tuple[Waiver, ...]:
    """The waivers agreed on now, or those of an earlier list by its hash (empty: of none).

    Raises Refusal where the database has not the list of that hash any more: nothing is settled by another one.
    """
    if sha256 == "":
        return ()
    lists = AgreedList.objects.filter(engagement=engagement)
    wanted = AgreedList.objects.newest_of(engagement) if sha256 is None else lists.filter(sha256=sha256).first()
    if wanted is None:
        if sha256 is None:
            return ()
        raise Refusal(_("There is no list of agreed exclusions with the hash %(hash)s.") % {"hash": sha256[:12]})
    waivers = tuple(_waivers_up_to(wanted))
    if waivers_sha256(waivers) != wanted.sha256:
        raise Refusal(
            _("The agreed exclusions were changed after they were agreed on."),
            _("Ask an administrator to restore them from a backup; nothing is settled by them until then."),
        )
    return waivers


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
