"""How forms are shown, and shown again: one template for every field, and a refused action beside what was entered."""

from typing import Any

from django.forms import BaseForm
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.shared.refusals import Refusal


class Renderer(DjangoTemplates):
    """Fields by `shared/field.html`."""

    field_template_name = "shared/field.html"


def again(request: HttpRequest, template: str, refusal: Refusal, *, form: BaseForm, **shown: Any) -> HttpResponse:
    """A form's page once more, with why its action was refused; what was entered is still there."""
    form.add_error(None, f"{refusal.sentence} {refusal.hint}".strip())
    return render(request, template, {**shown, "form": form}, status=refusal.status)
