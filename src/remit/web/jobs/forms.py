"""The filter above the list of jobs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.jobs.models import Job, State
from remit.web.jobs.words import title_of


class JobFilter(forms.Form):
    """Which jobs to show; everything may stay empty."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("any")), *State.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = Job.objects.order_by("kind").values_list("kind", flat=True).distinct()
        choices = [("", _("any")), *((kind, title_of(kind)) for kind in kinds)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def narrow(self, jobs: Any) -> Any:
        """The jobs asked for; all of them where the filter makes no sense."""
        if not self.is_valid():
            return jobs
        return jobs.filter(**{name: value for name, value in self.cleaned_data.items() if value})
