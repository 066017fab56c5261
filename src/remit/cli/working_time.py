"""`remit working-time`: open seconds between two instants on a contract's calendar, or the instant something is due."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from pydantic import BaseModel, Field

from remit.cli.commands import WithExamples
from remit.ingest.documents import read_document
from remit.performance.clocks import Stretch, draw_curve, due_on, working_seconds_between
from remit.terms.calendars import AROUND_THE_CLOCK, DAY_SECONDS, Calendar
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.durations import ClockUnit, Duration, read_duration
from remit.terms.problems import Problem, ProblemsFound

_SHORT = re.compile(r"(?P<sign>[+-]?)(?P<count>\d+)\s*(?P<unit>[smhd])")
_SHORT_UNITS = {
    "s": (1, ClockUnit.OPEN_SECONDS),
    "m": (60, ClockUnit.OPEN_SECONDS),
    "h": (3600, ClockUnit.OPEN_SECONDS),
    "d": (DAY_SECONDS, ClockUnit.OPEN_DAYS),
}
_FIRST_YEAR, _LAST_YEAR = 1971, 2199


class _Calendars(BaseModel):
    """The one block of a contract file that this command needs: a contract still being written can be asked, too."""

    calendars: dict[str, Calendar] = Field(default_factory=dict)


@click.command(
    "working-time",
    cls=WithExamples,
    examples="""
    remit working-time contract.yaml us_support 2026-03-06T16:00-05:00 2026-03-09T10:30-04:00
    remit working-time contract.yaml us_support "2026-03-06 16:00" --add 8h
    remit working-time contract.yaml us_support 2026-03-06T21:00Z --add 3d --pause 2026-03-09T14:00Z/2026-03-10T14:00Z
    remit working-time contract.yaml us_support "2026-03-06 16:00" --add "2 business days by end of day"
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("calendar")
@click.argument("start")
@click.argument("end", required=False)
@click.option(
    "--add",
    "add",
    metavar="LENGTH",
    help="Print when a clock started at START has run 8h, 90m or 14400s of open time, or 3d, business days; or a "
    'length in the contract\'s own words, e.g. "2 calendar days".',
)
@click.option(
    "--pause",
    "pauses",
    metavar="START/END",
    multiple=True,
    help="A stretch in which the clock stands; may be repeated.",
)
def command(
    *, contract: Path, calendar: str, start: str, end: str | None, add: str | None, pauses: tuple[str, ...]
) -> None:
    """Print the open seconds from START to END on one of the CONTRACT's calendars, or when something is due.

    Instants are ISO 8601. One without an offset is local time of the calendar. Pauses that overlap count once, and
    a pause in closed hours is worth nothing. With --add, prints the due instant in the calendar's zone.
    """
    if (end is None) == (add is None):
        raise click.UsageError("give either END or --add, one of them")
    hours = _calendar_named(calendar, read_calendars(contract), contract)
    read = _instant_reader(hours.zone)
    start_at = read("START", start)
    held = [_read_pause(text, read) for text in pauses]
    if end is not None:
        click.echo(_elapsed(calendar, hours, start_at, read("END", end), held))
    elif add is not None:
        due_at = _due(calendar, hours, start_at, _read_length(add), held)
        click.echo(_at(due_at).astimezone(hours.zone).isoformat())


def read_calendars(contract: Path) -> Mapping[str, Calendar]:
    """The calendars of a contract file by name, the one that never closes among them; raises ProblemsFound."""
    block, problems = read_document(contract, _Calendars)
    if block is None:
        raise ProblemsFound(problems)
    return {ALWAYS_OPEN: AROUND_THE_CLOCK, **block.calendars}


def _calendar_named(name: str, calendars: Mapping[str, Calendar], contract: Path) -> Calendar:
    if name in calendars:
        return calendars[name]
    near = get_close_matches(name, calendars, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise click.BadParameter(
        f"{contract} has no calendar {name!r}; {meant}it has: {', '.join(calendars)}", param_hint="CALENDAR"
    )


def _instant_reader(zone: ZoneInfo) -> Callable[[str, str], int]:
    """Reads an instant to whole UTC seconds, fractions dropped; its local time is the zone's where it has no offset."""

    def read(argument: str, text: str) -> int:
        try:
            given = datetime.fromisoformat(text.strip())
        except ValueError:
            raise click.BadParameter(
                f"{text!r} is not an instant; write 2026-03-06T16:00:00-05:00, 2026-03-06T21:00Z or 2026-03-06T16:00",
                param_hint=argument,
            ) from None
        if not _FIRST_YEAR <= given.year <= _LAST_YEAR:
            raise click.BadParameter(
                f"{text!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}", param_hint=argument
            )
        if given.tzinfo is None:
            given = _in_zone(argument, given, zone)
        return (given - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)

    return read


def _in_zone(argument: str, naive: datetime, zone: ZoneInfo) -> datetime:
    """A local time of the zone, if there is exactly one such; else ProblemsFound, since a guess is worth an hour."""
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    choice = " or ".join(sorted(one.isoformat() for one in (first, second)))
    if first.astimezone(UTC) < second.astimezone(UTC):
        what, hint = f"exists twice in {zone.key}, as the clock goes back", f"write which: {choice}"
    else:
        what, hint = f"does not exist in {zone.key}, where the clock skips it", "give an offset, or another time"
    raise ProblemsFound([Problem(argument, 0, "", f"{naive.isoformat(sep=' ')} {what}", hint)])


def _read_pause(text: str, read: Callable[[str, str], int]) -> Stretch:
    start, slash, end = text.partition("/")
    if not slash:
        raise click.BadParameter(f"{text!r} is not a stretch of time; write START/END", param_hint="--pause")
    pause = read("--pause", start), read("--pause", end)
    if pause[1] < pause[0]:
        raise ProblemsFound([Problem("--pause", 0, "", f"{text} ends before it starts")])
    return pause


def _read_length(text: str) -> Duration:
    """`8h`, `90m`, `14400s` of open time or `3d` business days, else a duration in the contract's words."""
    found = _SHORT.fullmatch(text.strip().lower())
    if found is not None:
        seconds, unit = _SHORT_UNITS[found["unit"]]
        return Duration(int(found["sign"] + found["count"]) * seconds, unit, text)
    try:
        return read_duration(text)
    except ValueError:
        raise click.BadParameter(
            f'{text!r} is not a length; write 8h, 90m, 14400s, 3d or "2 calendar days by end of day"',
            param_hint="--add",
        ) from None


def _elapsed(name: str, hours: Calendar, start_at: int, stop_at: int, pauses: Sequence[Stretch]) -> int:
    if stop_at < start_at:
        what = f"{_at(stop_at).isoformat()} lies before START, {_at(start_at).isoformat()}"
        raise ProblemsFound([Problem("END", 0, "", what, "a stop before its start is a fault, not 0 seconds")])
    curve = draw_curve(name, hours, unit=ClockUnit.OPEN_SECONDS, from_at=start_at, to_at=stop_at)
    return working_seconds_between(curve, start_at, stop_at, pauses=pauses)


def _due(name: str, hours: Calendar, start_at: int, length: Duration, pauses: Sequence[Stretch]) -> int:
    try:
        return due_on(name, hours, length, start_at=start_at, pauses=pauses)
    except ValueError as nothing_due:
        raise ProblemsFound([Problem("--add", 0, "", f"{length}: {nothing_due}")]) from None


def _at(instant: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
