"""Forms of the exclusions room: what is asked for, what is decided, what is said, and when a duty was met."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from remit.web.exclusions.actions.asking import LARGEST_FILE, MOST_FILES, Asked, GivenFile
from remit.web.exclusions.bridge.terms import Choice, Clause, instant_in
from remit.web.exclusions.models import State

_LONGEST = 4_000


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Any number of files, read whole: each is small, or refused."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[GivenFile]:
        """The files' names and bytes; raises ValidationError for too many and for one that is too large."""
        given = data if isinstance(data, list | tuple) else [data]
        files: list[UploadedFile[Any]] = [super(EvidenceField, self).clean(one, initial) for one in given if one]
        if self.required and not files:
            raise ValidationError(gettext("Choose a file."))
        if len(files) > MOST_FILES:
            raise ValidationError(gettext("At most %(most)s files at once.") % {"most": MOST_FILES})
        for file in files:
            if (file.size or 0) > LARGEST_FILE:
                raise ValidationError(gettext("%(name)s is larger than 5 MB.") % {"name": file.name})
        return [GivenFile(file.name or "", file.read()) for file in files]


class MonthField(forms.CharField):
    """A month as 2026-03."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"})

    def clean(self, value: Any) -> date | None:
        """The month's first day; None where none is asked for."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = date.fromisoformat(f"{text}-01")
        except ValueError:
            raise ValidationError(gettext("“%(text)s” is not a month; write 2026-03.") % {"text": text}) from None
        if len(text) != 7:
            raise ValidationError(gettext("“%(text)s” is not a month; write 2026-03.") % {"text": text})
        return found


class LocalTimeField(forms.CharField):
    """A local time without a zone; whoever reads it knows whose it is."""

    widget = forms.TextInput(attrs={"type": "datetime-local", "step": "1"})

    def clean(self, value: Any) -> datetime | None:
        """The time as it was written; None where there is none."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None or found.year < 1971:
            said = gettext("“%(text)s” is not a local time; write 2026-03-05T14:30.") % {"text": text}
            raise ValidationError(said)
        return found


class ChooseForm(forms.Form):
    """By which clause which records should not count; whoever asks and whoever decides name them the same way."""

    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    keys = forms.CharField(
        label=gettext_lazy("Records"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=gettext_lazy("Their keys, one a line."),
    )
    where = forms.CharField(
        label=gettext_lazy("Filter"),
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=gettext_lazy("A condition as the contract writes them, as: site = 'Manila' AND priority = 'P1'"),
    )
    containing = forms.CharField(
        label=gettext_lazy("Containing"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A text in the record’s key or in one of its dimensions."),
    )
    from_at = LocalTimeField(label=gettext_lazy("Began from"), required=False, max_length=30)
    to_at = LocalTimeField(label=gettext_lazy("Began before"), required=False, max_length=30)
    missed_only = forms.BooleanField(label=gettext_lazy("Only those that missed"), required=False)

    def __init__(self, *given: Any, clauses: Iterable[Clause], zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*given, **more)
        self.zone = zone
        found = {one.id: one for one in clauses}
        self.fields["clause"].choices = [(one.id, one.text) for one in found.values()]  # type: ignore[attr-defined]
        for name in ("from_at", "to_at"):
            self.fields[name].help_text = gettext("Local time of %(zone)s, the contract’s zone.") % {"zone": zone.key}

    def choice(self) -> Choice:
        """Which records are named; of a form that is valid."""
        told = self.cleaned_data
        return Choice(
            keys=tuple(dict.fromkeys(line.strip() for line in told["keys"].splitlines() if line.strip())),
            where=told["where"].strip(),
            from_at=self._instant(told["from_at"]),
            to_at=self._instant(told["to_at"]),
            is_missed_only=told["missed_only"],
            containing=told["containing"].strip(),
        )

    def _instant(self, local: datetime | None) -> int | None:
        return None if local is None else instant_in(local, self.zone)


class AskForm(ChooseForm):
    """Which records should not count, by which clause, and why."""

    level = forms.ChoiceField(label=gettext_lazy("Service level"))
    month = MonthField(label=gettext_lazy("Month"), max_length=7)
    reason = forms.CharField(
        label=gettext_lazy("Why they should not count"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Both sides read it; it stands beside each record left out."),
    )
    evidence = EvidenceField(
        label=gettext_lazy("Evidence"), required=False, help_text=gettext_lazy("Up to 20 files of 5 MB each.")
    )

    def __init__(
        self,
        *given: Any,
        clauses: Mapping[str, tuple[Clause, ...]],
        names: Mapping[str, str],
        zone: ZoneInfo,
        **more: Any,
    ) -> None:
        super().__init__(*given, clauses=(one for listed in clauses.values() for one in listed), zone=zone, **more)
        self.fields["level"].choices = [(level, f"{level} {names.get(level, '')}") for level in clauses]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What is asked for; of a form that is valid."""
        told = self.cleaned_data
        return Asked(
            level=told["level"],
            month_on=told["month"],
            clause=told["clause"],
            reason=told["reason"],
            choice=self.choice(),
            files=tuple(told["evidence"]),
        )


class DecideForm(forms.Form):
    """What is granted, and why the rest counts."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("all", gettext_lazy("Exclude all of them")),
            ("some", gettext_lazy("Exclude those ticked")),
            ("none", gettext_lazy("Refuse: all of them count")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed where records are to count."),
    )
    keys = forms.CharField(
        label=gettext_lazy("Records to exclude"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Their keys, one a line, beside those ticked."),
    )


class RemarkForm(forms.Form):
    """Something to say."""

    text = forms.CharField(label=gettext_lazy("Comment"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 2}))


class AttachForm(forms.Form):
    """Evidence to add."""

    evidence = EvidenceField(label=gettext_lazy("Evidence"), help_text=gettext_lazy("Up to 20 files of 5 MB each."))


class FilterForm(forms.Form):
    """Which requests a list shows."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("all")), *State.choices]
    )
    level = forms.CharField(label=gettext_lazy("Service level"), required=False, max_length=100)
    month = MonthField(label=gettext_lazy("Month"), required=False, max_length=7)

    def __init__(self, asked: QueryDict | None) -> None:
        super().__init__(asked, label_suffix="")


class MetForm(forms.Form):
    """When a duty was met, and what shows it."""

    met_at = LocalTimeField(label=gettext_lazy("Met"), max_length=30)
    evidence = forms.CharField(
        label=gettext_lazy("What shows it"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *given: Any, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*given, **more)
        self.zone = zone
        self.fields["met_at"].help_text = gettext("Local time of %(zone)s, the contract’s zone.") % {"zone": zone.key}

    def clean_met_at(self) -> datetime:
        """The instant, in the contract's zone."""
        local: datetime = self.cleaned_data["met_at"]
        return local.replace(tzinfo=self.zone)
