"""Relief as the pages of figures tell it: the claim about a level's month."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.figures import Figure, Mention
from remit.web.accounts.roles import Duty
from remit.web.relief.models import Claim, State

_STYLES = {State.AGREED: "met", State.ASKED: "below", State.REFUSED: "missed"}


def claims_on(place: Place, figures: Sequence[Figure]) -> Iterator[Mention]:
    """The claims about some levels' months, but those taken back and void ones; one query for all of them."""
    levels = [one for one in figures if one.subject == "level"]
    if not levels or not place.may(Duty.SEE_EXCLUSIONS):
        return
    mine = Claim.objects.visible_to(place.user).filter(
        engagement=place.engagement, level__in={one.reference for one in levels}
    )
    for claim in mine.exclude(state__in=[State.WITHDRAWN, State.VOID]).order_by("pk"):
        figure = Figure("level", claim.month, claim.level)
        if figure in levels:
            address = reverse("relief:claim", kwargs={"engagement": place.engagement.slug, "claim": claim.pk})
            style = _STYLES.get(State(claim.state), "none")
            sentence = _("Relief %(number)s") % {"number": claim.pk}
            yield Mention(figure, sentence, address, claim.get_state_display(), style)
