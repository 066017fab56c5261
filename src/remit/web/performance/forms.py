"""Forms: files given to be loaded, and the reason of a withdrawal."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

_LONGEST_MAPPING = 200_000


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        one = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        return [one(file, initial) for file in given]


class LoadForm(forms.Form):
    """An export: its files, and how their columns become ours."""

    export = _FilesField(
        label=_("Files of the export"),
        allow_empty_file=True,
        max_length=200,
        help_text=_(
            "CSV, TSV, JSON lines, XLSX or Parquet, packed with gzip or not; several files at once make one load."
        ),
    )
    mapping_file = forms.FileField(
        label=_("Mapping file"),
        required=False,
        help_text=_("Says how the files' columns become ours. It takes the place of the text below."),
    )
    mapping = forms.CharField(
        label=_("Mapping"),
        required=False,
        strip=False,
        max_length=_LONGEST_MAPPING,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Empty where each file bears a table's name (cases.csv) and our own column names."),
    )

    def clean(self) -> dict[str, Any]:
        """The mapping's text, from the file where one is given."""
        found = super().clean() or self.cleaned_data
        file = found.get("mapping_file")
        if file is not None:
            found["mapping"] = self._text_of(file)
        found["mapping"] = found.get("mapping", "").replace("\r\n", "\n")
        if not found["mapping"].strip():
            found["mapping"] = ""
        return found

    def _text_of(self, file: "UploadedFile[bytes]") -> str:
        if (file.size or 0) > _LONGEST_MAPPING:
            self.add_error("mapping_file", _("This is no mapping: it is more than 200,000 characters long."))
            return ""
        try:
            text: str = file.read().decode("utf-8-sig")
            return text
        except UnicodeDecodeError:
            self.add_error("mapping_file", _("This is no mapping: it is not UTF-8 text. Save it as UTF-8."))
            return ""


class WithdrawForm(forms.Form):
    """Why a load is withdrawn."""

    because = forms.CharField(
        label=_("Why"), max_length=500, help_text=_("Both sides read it; the audit trail keeps it.")
    )
