"""Disputes as the pages of figures tell them: those on a figure, open and decided, and the way to raise one."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.figures import Deed, Figure, Mention
from remit.web.accounts.roles import Duty, side_of
from remit.web.issues.models import Dispute, State, Subject
from remit.web.performance.bridge.showing import first_day, month_name

_STYLES = {State.OPEN: "below", State.UPHELD: "met", State.IN_PART: "met"}


def disputes_on(place: Place, figures: Sequence[Figure]) -> Iterator[Mention | Deed]:
    """The disputes on some figures, but those taken back; one query for all of them.

    An exclusion is told of the dispute whose decision grants it, and nobody disputes the exclusion itself.
    """
    if not place.may(Duty.SEE_MONEY):
        return
    own, disputed = side_of(place.role), set[Figure]()
    for dispute in _found(place, figures):
        own_figure = Figure(dispute.subject, month_name(dispute.month_on), dispute.reference)
        granted = Figure("exclusion", own_figure.month, str(dispute.exclusion_id))
        if dispute.is_open and dispute.side == own:
            disputed.add(own_figure)
        yield from (_mention(place, one, dispute) for one in (own_figure, granted) if one in figures)
    if place.may(Duty.RAISE_DISPUTES):
        yield from (_deed(place, one) for one in figures if one.subject in Subject.values and one not in disputed)


def _found(place: Place, figures: Sequence[Figure]) -> Iterator[Dispute]:
    months = {first_day(one.month) for one in figures}
    exclusions = [int(one.reference) for one in figures if one.subject == "exclusion"]
    named = Q(reference__in={one.reference for one in figures}) | Q(exclusion__in=exclusions)
    mine = Dispute.objects.filter(named, engagement=place.engagement, month_on__in=months)
    return iter(mine.exclude(state=State.WITHDRAWN).order_by("pk"))


def _mention(place: Place, figure: Figure, dispute: Dispute) -> Mention:
    who = place.engagement.organisation_on(dispute.claiming).name
    sentence = _("Dispute %(number)s of %(who)s") % {"number": dispute.pk, "who": who}
    address = reverse("issues:dispute", kwargs={"engagement": place.engagement.slug, "dispute": dispute.pk})
    style = _STYLES.get(State(dispute.state), "none")
    return Mention(figure, sentence, address, dispute.get_state_display(), style)


def _deed(place: Place, figure: Figure) -> Deed:
    named = urlencode({"subject": figure.subject, "month": figure.month, "reference": figure.reference})
    address = reverse("issues:new", kwargs={"engagement": place.engagement.slug})
    return Deed(figure, _("Dispute this"), f"{address}?{named}")
