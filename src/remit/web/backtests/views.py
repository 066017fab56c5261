"""Pages about back-tests: all of one's side, a form for a new one, one with what it found, and its documents."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.backtests.actions import Wanted, ask_for_test
from remit.web.backtests.bridge import FORMS
from remit.web.backtests.forms import TrialForm
from remit.web.backtests.models import Backtest
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 25


def _test(place: Place, backtest: int) -> Backtest:
    mine = Backtest.objects.visible_to(place.user).filter(engagement=place.engagement)
    found: Backtest = get_object_or_404(mine.select_related("job", "by", "first", "second"), pk=backtest)
    return found


@engagement_page(Duty.TEST_TERMS)
def every(request: HttpRequest, place: Place) -> HttpResponse:
    """Every back-test of one's own side, the newest first."""
    mine = Backtest.objects.visible_to(place.user).filter(engagement=place.engagement)
    listed = mine.defer("found", "documents").select_related("job", "by", "first", "second").order_by("-pk")
    page = Paginator(listed, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "backtests/all.html", {"page": page})


@engagement_page(Duty.TEST_TERMS, methods=("GET", "POST"))
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for a back-test."""
    form = TrialForm(place, request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            test = ask_for_test(place.engagement, Wanted(**form.cleaned_data), by=place.actor, at=now())
        except Refusal as refused:
            refusal = refused
        else:
            return see_other(_address(place, "one", test))
    status = 422 if request.method == "POST" else 200
    return render(request, "backtests/new.html", {"form": form, "refusal": refusal}, status=status)


def _address(place: Place, view: str, test: Backtest) -> str:
    return reverse(f"backtests:{view}", kwargs={"engagement": place.engagement.slug, "backtest": test.pk})


@engagement_page(Duty.TEST_TERMS)
def one(request: HttpRequest, place: Place, backtest: int) -> HttpResponse:
    """One back-test: how far it is, or what it found."""
    test = _test(place, backtest)
    forms = list(FORMS) if test.documents and place.may(Duty.EXPORT) else []
    return render(request, "backtests/one.html", {"test": test, "forms": forms})


@engagement_page(Duty.TEST_TERMS)
def progress(request: HttpRequest, place: Place, backtest: int) -> HttpResponse:
    """How far a back-test is, as a part of its page; when it is over, the page is asked to show itself anew."""
    test = _test(place, backtest)
    response = render(request, "backtests/progress.html", {"test": test})
    if not test.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.TEST_TERMS)
def document(_request: HttpRequest, place: Place, backtest: int, form: str) -> HttpResponse:
    """A back-test as a file, as `remit backtest` writes it."""
    place.actor.must(Duty.EXPORT, place.engagement)
    test = _test(place, backtest)
    if form not in test.documents:
        raise Http404("A back-test that is done can be had as html, csv or json.")
    response = HttpResponse(test.documents[form], content_type=FORMS[form])
    name = f"{place.engagement.slug}-back-test-{test.pk}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
