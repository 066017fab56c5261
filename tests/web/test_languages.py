"""Another language than English: the frame's words, dates and numbers, and translations that are compiled."""

import gettext
import re
from datetime import UTC, date, datetime
from pathlib import Path

from django.template import Context, Template
from django.utils import timezone, translation

from remit.web.accounts.roles import Role
from remit.web.settings import PACKAGE
from tests.lib.web_world import World
from tests.web.conftest import signed_in

GERMAN = PACKAGE / "locale" / "de" / "LC_MESSAGES"


def shown(template: str, **values: object) -> str:
    """A template as a German reader sees it."""
    with translation.override("de"), timezone.override(UTC):
        return Template("{% load humanize %}" + template).render(Context(values))


def test_the_frame_speaks_the_readers_language(world: World) -> None:
    reader = world.person(Role.BPO_MANAGER)
    reader.language = "de"
    reader.save(update_fields=["language"])
    page = signed_in(reader).get("/engagements/care-north/").content.decode()
    assert '<html lang="de">' in page
    for words in ("Zum Inhalt", "Abmelden", "Vertrag", "Was Sie braucht", "Northline arbeitet für Meridian Travel"):
        assert words in page
    assert "Sign out" not in page


def test_dates_and_numbers_follow_the_readers_language() -> None:
    assert shown("{{ day|date:'DATE_FORMAT' }}", day=date(2026, 3, 1)) == "1. März 2026"
    assert shown("{{ count|intcomma }}", count=1234567) == "1.234.567"
    at = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    assert shown("{{ at|date:'DATETIME_FORMAT' }}", at=at) == "1. März 2026 14:05"


def test_what_is_not_translated_is_shown_in_english() -> None:
    with translation.override("de"):
        assert translation.gettext("A sentence that nobody translated") == "A sentence that nobody translated"


def test_what_translators_wrote_is_compiled() -> None:
    with (GERMAN / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = single_texts(GERMAN / "django.po")
    assert len(written) > 60
    assert {text: words for text, words in written.items() if compiled.gettext(text) != words} == {}


def single_texts(path: Path) -> dict[str, str]:
    """The translated texts without a plural or a context of a translators' file."""
    found: dict[str, str] = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n")[1:]:
        if "msgid_plural" in entry or "msgctxt" in entry or "#, fuzzy" in entry:
            continue
        told = dict(re.findall(r'^(msgid|msgstr) ((?:"(?:[^"\\]|\\.)*"\n?)+)', entry + "\n", flags=re.MULTILINE))
        text, words = (_unquoted(told.get(name, "")) for name in ("msgid", "msgstr"))
        if words:
            found[text] = words
    return found


def _unquoted(lines: str) -> str:
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', lines))
    return joined.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
