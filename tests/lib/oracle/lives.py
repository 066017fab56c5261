"""A record's life on its clock: what ran, what stood, which record a reopening makes, and when it was due."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.lib.oracle.hours import Hours, hours, merged, window_instants
from tests.lib.oracle.records import KEYS, Records, Row
from tests.lib.oracle.words import Length, Words, length, listed

FAR = 4_000_000_000


@dataclass(frozen=True)
class Piece:
    """A stretch in which nothing changes; `phase` is running, paused or stopped."""

    start: int
    end: int
    phase: str
    held: Mapping[str, str | None]
    """The columns that may decide the target or the calendar."""


@dataclass
class Life:
    """One record to be timed."""

    row: Row
    key: str
    pieces: list[Piece] = field(default_factory=list)
    stop: Piece | None = None

    @property
    def all(self) -> list[Piece]:
        return [*self.pieces, *([self.stop] if self.stop else [])]

    def next_phase(self, piece: Piece) -> str | None:
        """What the clock does after a piece; None where nothing is known of it yet."""
        after = [one for one, before in zip(self.all[1:], self.all, strict=False) if before is piece]
        return after[0].phase if after else None

    @property
    def start_at(self) -> int:
        return self.all[0].start

    @property
    def stop_at(self) -> int | None:
        return self.stop.start if self.stop else None


class Clock:
    """A clock of the contract, over the records and the exclusions that stop it."""

    def __init__(self, contract: Words, name: str, records: Records) -> None:
        self.contract, self.words, self.records = contract, contract["clocks"][name], records
        self.table = self.words.get("of", "cases")
        self.closed = merged(list(self._stopped()))
        changes = records.get("case_events", ())
        self.changes: dict[str, list[Row]] = {}
        for change in sorted(changes, key=lambda one: (one["at"], one["sequence"] or 0)):
            self.changes.setdefault(change["case_key"], []).append(change)

    def _stopped(self) -> Iterator[tuple[int, int]]:
        by_id = {one["id"]: one for one in listed(self.contract.get("exclusions"))}
        for exclusion in (by_id[name] for name in listed(self.words.get("stop_the_clock"))):
            for stretch in listed(exclusion.get("stop_the_clock")):
                yield window_instants(stretch, self.contract["time_zone"])
            for row in self.records.get("outages", ()):
                if is_announced(row, exclusion) and row["service"] in listed(exclusion.get("planned_outages_of")):
                    yield row["started_at"], row["ended_at"]

    # Which hours.

    def calendar(self, held: Mapping[str, str | None]) -> Hours | None:
        chosen = self.words.get("calendar", "always")
        if not isinstance(chosen, str):
            chosen = chosen["map"].get(held[chosen["by"]], chosen.get("otherwise"))
        return None if chosen is None else hours(self.contract.get("calendars", {}), chosen)

    def hours_of(self, piece: Piece, life: Life) -> Hours | None:
        policy = self.words.get("calendar_change", "at_start")
        return self.calendar({"at_start": life.all[0], "at_stop": life.all[-1], "per_segment": piece}[policy].held)

    def ran(self, desk: Hours, kind: str, start_at: int, stop_at: int, *, is_end: bool = False) -> int:
        """How long a clock of some kind runs between two instants, the second of which may be where it is stopped."""
        if kind == "business days" and not self.closed:
            return desk.days_between(start_at, stop_at, is_end=is_end)
        clocks: dict[str, Callable[[int, int], int]] = {
            "all": lambda start, stop: stop - start,
            "open": desk.open_between,
        }
        between = clocks.get(kind, desk.days_between)
        closed = sum(
            between(max(start, start_at), min(end, stop_at))
            for start, end in self.closed
            if start < stop_at and end > start_at
        )
        return between(start_at, stop_at) - closed

    def reached(self, desk: Hours, kind: str, start_at: int, seconds: int) -> int:
        """The earliest instant at which it has run so long since another."""
        if kind == "business days":
            return desk.days_reached(desk.day_reading(start_at) + seconds)
        low, high = start_at, start_at + 120 * 86_400
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.ran(desk, kind, start_at, middle) >= seconds else (middle + 1, high)
        return low

    # What lives there are.

    def lives(self, row: Row, as_of: int) -> list[Life]:
        if not self.words.get("pauses") and isinstance(self.words.get("stops", "resolved_at"), str):
            return self._by_columns(row, as_of)
        return self._by_history(row, as_of)

    def _by_columns(self, row: Row, as_of: int) -> list[Life]:
        start = row[self.words.get("starts", "opened_at")]
        if start is None or start > as_of:
            return []
        stop = row[self.words.get("stops", "resolved_at")]
        stop = None if stop is not None and stop > as_of else stop
        life = Life(row, row[KEYS[self.table]], [Piece(start, as_of if stop is None else stop, "running", dict(row))])
        life.stop = None if stop is None else Piece(stop, stop, "stopped", dict(row))
        return [life]

    def _by_history(self, row: Row, as_of: int) -> list[Life]:
        if row["opened_at"] > as_of:
            return []
        lives = [Life(row, row["case_key"])]
        for piece in self._pieces(row, as_of):
            if piece.phase == "stopped":
                lives[-1].stop = lives[-1].stop or piece
            elif not self._goes_on(lives, piece):
                break
        return lives

    def _pieces(self, row: Row, as_of: int) -> list[Piece]:
        stops = self.words.get("stops", "resolved_at")
        stopped_at = row[stops] if isinstance(stops, str) else None
        end = as_of if stopped_at is None or stopped_at > as_of else stopped_at
        known = [change for change in self.changes.get(row["case_key"], []) if change["at"] <= end]
        # Changes of one second follow each other in the source's order, each for no time.
        before = sum(one["at"] < row["opened_at"] for one in known)
        instants = [row["opened_at"], *(one["at"] for one in known[before:])]
        found = []
        for number, (at, until) in enumerate(zip(instants, [*instants[1:], end], strict=True), start=before):
            status, held = self._state(row, known, number)
            found.append(Piece(at, until, self._phase(status), held))
        if stopped_at == end:
            found.append(Piece(end, end, "stopped", found[-1].held))
        return found

    def _state(self, row: Row, known: Sequence[Row], number: int) -> tuple[str | None, Mapping[str, str | None]]:
        """The status after so many changes, and the columns in force: last written, or first written later."""
        status = None
        held: dict[str, str | None] = {}
        for name in ("priority", "site"):
            written = [change[name] for change in known if change[name] is not None]
            held[name] = written[0] if written else row[name]
        for change in known[:number]:
            status = change["status"] or status
            held.update({name: change[name] for name in held if change[name] is not None})
        return status, {**row, **held}

    def _phase(self, status: str | None) -> str:
        stops, pauses = self.words.get("stops", "resolved_at"), self.words.get("pauses", {})
        if not isinstance(stops, str) and status in listed(stops["status"]):
            return "stopped"
        return "paused" if pauses and status in listed(pauses["status"]) else "running"

    def _goes_on(self, lives: list[Life], piece: Piece) -> bool:
        life = lives[-1]
        decides = self.words.get("_target_by")
        before = life.all[-1].held if life.all else piece.held
        if life.stop is not None:
            deed = self._reopening(life.stop, piece)
            if deed == "first_stop_wins":
                return False
            if deed == "new_record":
                life = Life(life.row, f"{life.row['case_key']}#{len(lives) + 1}")
                lives.append(life)
                before = piece.held
            if deed == "restart":
                life.pieces = []
            life.stop = None
        if self.words.get("priority_change") == "restart" and decides and before[decides] != piece.held[decides]:
            life.pieces = []
        life.pieces.append(piece)
        return True

    def _reopening(self, stop: Piece, piece: Piece) -> str:
        terms = self.words.get("reopen", {})
        deed: str = terms.get("do", "resume")
        if "within" not in terms:
            return deed
        within = length(terms["within"])
        desk = self.calendar(piece.held)
        assert desk is not None
        late = self.ran(desk, within.clock, stop.start, piece.start) > within.seconds
        return str(terms.get("otherwise", "new_record")) if late else deed

    # How long they took.

    def running(self, life: Life, kind: str) -> Iterator[tuple[int, int, Piece]]:
        """The stretches that count: work, and what of the pauses is longer than they may be in all."""
        limit = length(self.words["max_pause"]) if "max_pause" in self.words else Length(FAR, kind)
        left = limit.seconds
        for piece in life.pieces:
            if piece.phase == "running":
                yield piece.start, piece.end, piece
            else:
                desk = self.hours_of(piece, life)
                assert desk is not None
                waited = self.ran(desk, limit.clock, piece.start, piece.end)
                if waited > left:
                    resumed = self.reached(desk, limit.clock, piece.start, left) if left else piece.start
                    yield resumed, piece.end, piece
                left = max(0, left - waited)


def is_announced(outage: Row, terms: Words) -> bool:
    """Whether an outage was planned, and announced as long before as the contract wants."""
    if not outage["planned"]:
        return False
    if "notice" not in terms:
        return True
    told = outage["noticed_at"]
    return told is not None and outage["started_at"] - told >= length(terms["notice"]).seconds


@dataclass(frozen=True)
class Timed:
    """A life against its target: how long it took, whether that was in time, and when it was due."""

    life: Life
    seconds: int
    is_within: bool
    due_at: int


def timed(clock: Clock, life: Life, target: "Target", as_of: int) -> Timed | None:
    """None where no calendar or no target is known for the record."""
    lengths = [target.of(piece, life) for piece in life.pieces] or [target.of(life.all[0], life)]
    if any(one is None for one in lengths) or any(clock.hours_of(one, life) is None for one in life.all):
        return None
    seconds, used, due_at = 0, Fraction(0), None
    for start, end, piece in clock.running(life, target.kind(life)):
        is_end = piece.phase == "running" and life.next_phase(piece) != "running"
        goal, desk = target.of(piece, life), clock.hours_of(piece, life)
        assert goal is not None
        assert desk is not None
        ran = clock.ran(desk, goal.clock, start, end, is_end=is_end)
        if due_at is None and used + Fraction(ran, goal.seconds) >= 1:
            due_at = clock.reached(desk, goal.clock, start, -int(-(1 - used) * goal.seconds // 1))
        seconds, used = seconds + ran, used + Fraction(ran, goal.seconds)
    if due_at is None:
        due_at = _due_later(clock, life, target, used, as_of)
    return Timed(life, seconds, used <= 1, due_at)


def _due_later(clock: Clock, life: Life, target: "Target", used: Fraction, as_of: int) -> int:
    last = life.all[-1]
    goal, desk = target.of(last, life), clock.hours_of(last, life)
    assert goal is not None
    assert desk is not None
    left = -int(-(1 - used) * goal.seconds // 1)
    at = last.start if life.stop else as_of
    ran_to_it = any(one.phase == "running" and one.start < one.end for one in life.pieces[-1:])
    if goal.clock == "business days" and ran_to_it:
        return desk.days_reached(desk.days_until(at) + left)
    return clock.reached(desk, goal.clock, at, left)


@dataclass(frozen=True)
class Target:
    """The target of a measure: one for all, or by a column, in the way the clock treats its changes."""

    words: str | Words
    policy: str

    def at(self, held: Mapping[str, str | None]) -> Length | None:
        if isinstance(self.words, str):
            return length(self.words)
        value = held[self.words["by"]]
        text = self.words["map"].get(value, self.words.get("otherwise")) if value else self.words.get("otherwise")
        return length(text) if text else None

    def of(self, piece: Piece, life: Life) -> Length | None:
        if self.policy == "proportional":
            return self.at(piece.held)
        if self.policy == "highest":
            ever = [self.at(one.held) for one in life.all]
            known = [one for one in ever if one is not None]
            return min(known, key=lambda one: one.seconds) if known else None
        return self.at((life.all[0] if self.policy == "initial" else life.all[-1]).held)

    def kind(self, life: Life) -> str:
        one = self.of(life.all[-1], life)
        return one.clock if one else "open"
