"""Dirt as real exports have it, put in on purpose, with a ledger of how many rows of each kind must be set aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

Row = list[str]

KINDS = {
    "duplicate": "the same row told again, byte by byte: one copy is set aside",
    "conflict": "two rows of one key that say different things: both are set aside",
    "no_such_day": "a date such as 31 February",
    "end_before_start": "an end, an answer or a resolution before its start",
    "skipped_hour": "a local time that the clock change skips",
    "repeated_hour": "a local time that exists twice in the night the clocks go back",
    "bad_bytes": "a Latin-1 letter in a file of UTF-8",
    "too_many_columns": "a delimiter in a value that is not quoted",
    "too_few_columns": "a row that was cut off",
    "negative_length": "a negative length of time",
    "answered_and_abandoned": "a contact both answered and abandoned",
    "no_key": "a row without its number",
    "unknown_word": "a code that the mapping doesn't know",
    "above_scale": "a mark above its scale",
    "no_mark": "a survey without its mark",
    "broken_line": "a line that is not JSON",
    "left_out": "rows that the mapping leaves out on purpose: counted, not set aside",
    "late": "a row that came with the next month's file: read like any other",
}
"""Every kind of dirt and what it is; the last two are no faults."""

NOT_SET_ASIDE = ("left_out", "late")


@dataclass(frozen=True)
class LedgerEntry:
    """How many rows of one file belong to one kind of dirt."""

    provider: str
    table: str
    file: str
    kind: str
    rows: int


@dataclass
class Ledger:
    """What was made dirty on purpose, for tests to hold the quarantine against."""

    entries: list[LedgerEntry] = field(default_factory=list)

    def note(self, provider: str, table: str, file: str, *, kind: str, rows: int) -> None:
        """Enter so many rows of a kind; nothing for none."""
        if kind not in KINDS:
            raise KeyError(f"{kind!r} is no kind of dirt")
        if rows:
            self.entries.append(LedgerEntry(provider, table, file, kind, rows))

    def set_aside(self, provider: str) -> int:
        """How many rows of a provider's export must land in quarantine."""
        mine = (one for one in self.entries if one.provider == provider)
        return sum(one.rows for one in mine if one.kind not in NOT_SET_ASIDE)


Edit = Callable[[dict[str, str], int], None]
"""Makes a copied row dirty; the number is the copy's, to make keys that no other row has."""


@dataclass
class RawTable:
    """One file's rows as texts under a header, and lines that are broken beyond columns."""

    provider: str
    table: str
    file: str
    header: tuple[str, ...]
    rows: list[Row]
    ledger: Ledger
    rng: np.random.Generator
    broken: list[bytes] = field(default_factory=list)
    _added: list[Row] = field(default_factory=list)
    _clean: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Rows at a file's edges may stand in its neighbours too: those are left clean.
        edge = min(60, len(self.rows) // 10)
        order = edge + self.rng.permutation(max(0, len(self.rows) - 2 * edge))
        self._clean = [self.rows[index] for index in order.tolist()]

    def taken(self, count: int, suits: Callable[[Row], bool] | None = None) -> list[Row]:
        """So many clean rows that nothing else was or will be made of."""
        found: list[Row] = []
        while len(found) < count and self._clean:
            row = self._clean.pop()
            if suits is None or suits(row):
                found.append(row)
        return found

    def soil(self, kind: str, count: int, edit: Edit, *, suits: Callable[[Row], bool] | None = None) -> None:
        """Add dirty copies of clean rows under keys of their own."""
        copies = []
        for number, row in enumerate(self.taken(count, suits)):
            told = dict(zip(self.header, row, strict=True))
            told[self.header[0]] = f"{told[self.header[0]]}-{kind[0]}{number}"
            edit(told, number)
            copies.append([told[name] for name in self.header])
        self._added += copies
        self.note(kind, len(copies))

    def repeat(self, count: int) -> None:
        """Tell some rows twice."""
        copies = [list(row) for row in self.taken(count)]
        self._added += copies
        self.note("duplicate", len(copies))

    def contradict(self, count: int, edit: Edit) -> None:
        """Tell some rows again with other content under the same key."""
        copies = []
        for number, row in enumerate(self.taken(count)):
            told = dict(zip(self.header, row, strict=True))
            edit(told, number)
            copies.append([told[name] for name in self.header])
        self._added += copies
        self.note("conflict", 2 * len(copies))

    def shatter(self, delimiter: str, count: int) -> None:
        """Add lines that can't be split into columns: too many, too few, and with bytes of another encoding."""
        for number in range(count):
            for kind, line in _shattered(delimiter, self.header, number):
                self.broken.append(line)
                self.note(kind, 1)

    def all_rows(self) -> list[Row]:
        """The rows with the dirty ones among them."""
        places = np.sort(self.rng.integers(0, len(self.rows) + 1, len(self._added))).tolist()
        mixed, start = [], 0
        for place, row in zip(places, self._added, strict=True):
            mixed += [*self.rows[start:place], row]
            start = place
        return [*mixed, *self.rows[start:]]

    def note(self, kind: str, rows: int) -> None:
        self.ledger.note(self.provider, self.table, self.file, kind=kind, rows=rows)


def _shattered(delimiter: str, header: Sequence[str], number: int) -> list[tuple[str, bytes]]:
    key = f"broken{number}"
    wide = delimiter.join([key, *["x"] * (len(header) + 1)])
    narrow = delimiter.join([key, "x", "x"])
    letters = delimiter.join([key, *["x"] * (len(header) - 2), "M\xfcller"])
    return [
        ("too_many_columns", wide.encode()),
        ("too_few_columns", narrow.encode()),
        ("bad_bytes", letters.encode("latin-1")),
    ]
