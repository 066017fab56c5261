"""Text from outside made harmless where it is printed: in terminals, pages and spreadsheet cells."""

import re
import unicodedata

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
# Controls that reorder or hide text on the screen: a record key could make a statement read differently than it says.
_HIDDEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")


def printable(text: object) -> str:
    """The text on one line, with control characters and direction overrides shown as a replacement sign.

    Record keys and reasons come from a provider's export; an escape sequence in one must not move the cursor
    of whoever reads the statement. Tabs and line ends become a blank.
    """
    return "".join(_shown(sign) for sign in str(text))


def _shown(sign: str) -> str:
    if sign in "\t\r\n":
        return " "
    return "\ufffd" if unicodedata.category(sign) in ("Cc", "Cs") or sign in _HIDDEN else sign


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute the text rather than show it; a plain number is only a number."""
    return text.lstrip(" ").startswith(_FORMULA_START) and not _PLAIN_NUMBER.fullmatch(text)


def inert(text: object) -> str:
    """The text for a CSV cell, with an apostrophe before anything that a spreadsheet would run as a formula.

    `=HYPERLINK(…)` in a ticket's number would otherwise run on the reader's machine when the file is opened. Keys that
    are plain numbers (`-12`) stay as they are, so that lists can be joined back to their source.
    """
    raw = str(text)
    return "'" + printable(raw) if is_formula(raw) else printable(raw)
