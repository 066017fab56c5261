"""What is done to texts in a contract's conditions, written so that every engine does the same."""

import re

from sqlglot import exp

from remit.performance.measures.expressions import text

INTEGER = r"^[+-]?[0-9]{1,18}\z"
DECIMAL = r"^[+-]?[0-9]{1,14}([.][0-9]{1,4})?\z"
"""Texts that every engine reads as the same number, whole or with up to four places. Not all take blanks, exponents,
or round what is longer alike."""

_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}|[0-9]{1,14}[.][0-9]{1,4})")

# Letters whose small form depends on what stands beside them, or is two letters, become the plain one first.
_BEFORE_LOWERING = str.maketrans({"Σ": "σ", "İ": "i"})
# Letters whose capital is several letters have one of their own here: engines take the one, the several, or none.
_BEFORE_RAISING = {
    "ß": "ẞ", "ŉ": "N", "ǰ": "J", "ΐ": "Ϊ", "ΰ": "Ϋ", "և": "Ե", "ẖ": "H", "ẗ": "T", "ẘ": "W", "ẙ": "Y", "ẚ": "A",
    "ﬀ": "F", "ﬁ": "F", "ﬂ": "F", "ﬃ": "F", "ﬄ": "F", "ﬅ": "S", "ﬆ": "S",
    "ﬓ": "Մ", "ﬔ": "Մ", "ﬕ": "Մ", "ﬖ": "Վ", "ﬗ": "Մ",
}  # fmt: skip
# So have Greek ones with a breathing or an iota below that no capital carries: they become the first of theirs.
_GREEK = [chr(code) for code in range(0x1F50, 0x1FFD) if len(chr(code).upper()) > 1]
_BEFORE_RAISING |= {letter: letter.upper()[0] for letter in _GREEK}
_ESCAPES = "~!^|#@§¤"


def is_plain_number(word: str) -> bool:
    """Whether a text is a number in plain digits, with up to four places."""
    return _PLAIN_NUMBER.fullmatch(word) is not None


def plainly_lowered(word: str) -> str:
    """A text of the contract's own in small letters, as `lowered` gives a column's."""
    return word.translate(_BEFORE_LOWERING).lower()


def lowered(tree: exp.Expr) -> exp.Expr:
    """A text in small letters, one for one."""
    return exp.Lower(this=_translated(tree, {chr(of): str(to) for of, to in _BEFORE_LOWERING.items()}))


def uppered(tree: exp.Expr) -> exp.Expr:
    """A text in capital letters, one for one."""
    return exp.Upper(this=_translated(tree, _BEFORE_RAISING))


def _translated(tree: exp.Expr, letters: dict[str, str]) -> exp.Expr:
    return exp.Translate(this=tree, from_=text("".join(letters)), to=text("".join(letters.values())))


def like(tree: exp.Expr, pattern: str) -> exp.Expr:
    """A text like a pattern of % and _; a backslash in it is a backslash, which some engines take for an escape."""
    if "\\" not in pattern:
        return exp.Like(this=tree, expression=text(pattern))
    escape = next(letter for letter in _ESCAPES if letter not in pattern)
    return exp.Escape(this=exp.Like(this=tree, expression=text(pattern)), expression=text(escape))


def read_as(tree: exp.Expr, pattern: str, kind: str) -> exp.Expr:
    """A text read as a number, where every engine reads it alike; any other stops the run, as a number it is not.

    A cast of words that are no number fails everywhere, and says which value it was.
    """
    plain = exp.RegexpLike(this=tree.copy(), expression=text(pattern))
    words = exp.DPipe(this=text("not a plain number: "), expression=tree.copy())
    return exp.case().when(plain, exp.cast(tree.copy(), kind)).else_(exp.cast(words, kind))
