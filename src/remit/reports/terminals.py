"""Text for a terminal, made without one: width and colour are asked for, never found out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from remit.performance.service_levels import Standing

STYLES = {
    Standing.MET: "green",
    Standing.BELOW_EXPECTED: "yellow",
    Standing.BELOW_MINIMUM: "bold red",
    Standing.NOT_MEASURED: "dim",
}
_LEAST_WIDTH = 40


@dataclass(slots=True)
class Paper:
    """What is printed on, and the text it becomes once the writing is done."""

    console: Console
    text: str = ""


@contextmanager
def paper(*, colour: bool, width: int) -> Iterator[Paper]:
    """A console that writes into a string, `width` columns wide (at least 40), the same on every machine.

    Colour codes are written only where asked for; lines carry no blanks at their ends, so that text can be compared.
    """
    console = Console(
        file=StringIO(),
        width=max(width, _LEAST_WIDTH),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    sheet = Paper(console)
    with console.capture() as captured:
        yield sheet
    sheet.text = "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def ruled_table(*, show_footer: bool = False) -> Table:
    """A dense table with one rule under its head."""
    return Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=show_footer, header_style="dim", padding=(0, 1, 0, 0))
