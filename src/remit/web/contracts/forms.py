"""Forms of the contracts room: files as uploaded, text as written, notes and reasons."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from remit.web.contracts.actions import LARGEST_DOCUMENT, MOST_DOCUMENTS, File, safe_name
from remit.web.contracts.models import CONTRACT_NAME
from remit.web.shared.refusals import Refusal

_ENDINGS = (".yaml", ".yml")


def read_file(given: "UploadedFile[Any]") -> bytes:
    """An uploaded file's bytes; raises ValidationError where they can't be a file of terms."""
    name, size = given.name or "", given.size or 0
    if not name.lower().endswith(_ENDINGS):
        raise ValidationError(gettext("%(name)s: a contract is a text file that ends in .yaml.") % {"name": name})
    if size > LARGEST_DOCUMENT:
        raise ValidationError(
            gettext("%(name)s has %(size)s bytes; a file of terms has at most %(most)s. Is it the right one?")
            % {"name": name, "size": f"{size:,}", "most": f"{LARGEST_DOCUMENT:,}"}
        )
    content: bytes = given.read()
    if b"\x00" in content:
        raise ValidationError(gettext("%(name)s is not a text file.") % {"name": name})
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = gettext("%(name)s, line %(line)s: byte %(byte)s is not UTF-8. Save the file as UTF-8 and try again.")
        raise ValidationError(said % {"name": name, "line": line, "byte": f"0x{content[error.start]:02x}"}) from None
    return content


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class AmendmentFiles(forms.FileField):
    """Any number of files."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, list | tuple) else [data]
        return [super(AmendmentFiles, self).clean(one, initial) for one in given if one]


class FilesForm(forms.Form):
    """A contract and its amendments, as files."""

    contract = forms.FileField(
        label=gettext_lazy("Contract file"),
        help_text=gettext_lazy("A YAML file in UTF-8, at most 1 MB. It is kept byte for byte."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )
    amendments = AmendmentFiles(
        label=gettext_lazy("Amendments"),
        required=False,
        help_text=gettext_lazy("The files of the folder “amendments”, if there are any; several can be chosen."),
        widget=_ManyFiles(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_contract(self) -> File:
        """The contract's bytes under the name it has in every version."""
        return File(CONTRACT_NAME, read_file(self.cleaned_data["contract"]))

    def clean_amendments(self) -> list[File]:
        """The amendments' bytes under their names."""
        return amendments_in(self.cleaned_data["amendments"])


def amendments_in(given: "Sequence[UploadedFile[Any]]") -> list[File]:
    """Uploaded amendments; raises ValidationError naming each that can't be kept."""
    found: list[File] = []
    faults: list[ValidationError] = []
    if len(given) >= MOST_DOCUMENTS:
        raise ValidationError(gettext("A version has at most %(most)s files.") % {"most": MOST_DOCUMENTS})
    for one in given:
        try:
            found.append(File(safe_name(one.name or ""), read_file(one)))
        except Refusal as refusal:
            faults.append(ValidationError(f"{refusal.sentence} {refusal.hint}"))
        except ValidationError as fault:
            faults.append(fault)
    names = [file.name for file in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [ValidationError(gettext("%(name)s was given twice.") % {"name": name}) for name in twice]
    if faults:
        raise ValidationError(faults)
    return found


class AmendmentsForm(forms.Form):
    """More amendments for a draft; one of a name already there takes its place."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    amendments = AmendmentFiles(
        label=gettext_lazy("Amendment files"), widget=_ManyFiles(attrs={"accept": ".yaml,.yml"})
    )

    def clean_amendments(self) -> list[File]:
        """The amendments' bytes under their names."""
        return amendments_in(self.cleaned_data["amendments"])


class NewAmendmentForm(forms.Form):
    """A name for an amendment to be written here."""

    name = forms.CharField(label=gettext_lazy("File name"), max_length=95, help_text=gettext_lazy("As 2026-07-01.yaml"))

    def clean_name(self) -> str:
        """A name that can be kept."""
        try:
            return safe_name(self.cleaned_data["name"])
        except Refusal as refusal:
            raise ValidationError(f"{refusal.sentence} {refusal.hint}") from None


class TextForm(forms.Form):
    """A file as it is written, and the revision of the draft that its writer saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    content = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        required=False,
        max_length=LARGEST_DOCUMENT,
        widget=forms.Textarea(
            attrs={"rows": 30, "wrap": "off", "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )


class RevisionForm(forms.Form):
    """The revision of the draft that somebody saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ProposeForm(RevisionForm):
    """A draft put on the table."""

    note = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other side reads it beside the list of changes."),
    )


class ReasonForm(forms.Form):
    """Why a version is rejected."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
