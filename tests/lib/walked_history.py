"""A slow, obviously right reading of a case's history: minute by minute, in plain Python with zoneinfo.

The life of a case is cut where something changes, its pieces are dealt out to records by the rules of reopening, and
each record's minutes are counted one by one. Instants are whole minutes, and no two changes of a case share one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

MINUTE = 60

IsOpen = Callable[[str, int], bool]
"""Whether the calendar of a site is open in the minute that starts at an instant."""


@dataclass(frozen=True)
class Change:
    """One change of a case; None where it says nothing of that."""

    at: int
    status: str | None = None
    priority: str | None = None
    site: str | None = None


@dataclass(frozen=True)
class History:
    """A case as it is now, and its changes in order; `stopped_at` where a column says when it stopped."""

    key: str
    opened_at: int
    priority: str
    site: str
    changes: tuple[Change, ...]
    stopped_at: int | None = None


@dataclass(frozen=True)
class Policy:
    """A clock's rules in the contract's words; `targets` are seconds by priority. Without `stops` a column stops it."""

    targets: dict[str, int]
    stops: tuple[str, ...] = ("Resolved",)
    pauses: tuple[str, ...] = ("Waiting",)
    max_pause: int | None = None
    reopen: str = "resume"
    reopen_within: int | None = None
    reopen_otherwise: str = "new_record"
    priority_change: str = "final"
    calendar_change: str = "at_start"


@dataclass(frozen=True)
class Piece:
    """A stretch of a case's life in which nothing changes."""

    start: int
    end: int
    phase: str
    priority: str
    site: str


@dataclass
class Record:
    """What one record is made of: its pieces, and the instant, priority and site of its stop."""

    pieces: list[Piece] = field(default_factory=list)
    stop: Piece | None = None

    @property
    def last(self) -> Piece:
        return self.stop or self.pieces[-1]

    @property
    def held(self) -> list[Piece]:
        return [*self.pieces, *([self.stop] if self.stop else [])]


@dataclass(frozen=True)
class Verdict:
    """What is found of a record; `due_at` is the instant at which it has run its target."""

    stop_at: int | None
    elapsed: int
    is_within: bool
    due_at: int | None


def verdicts(history: History, policy: Policy, is_open: IsOpen, *, as_of: int) -> dict[str, Verdict]:
    """Each record that a case's life makes, by its key: the case's own, then `#2` and on."""
    records = records_of(pieces_of(history, policy, as_of=as_of), policy, is_open)
    return {
        history.key if number == 1 else f"{history.key}#{number}": judged(record, policy, is_open)
        for number, record in enumerate(records, start=1)
    }


def pieces_of(history: History, policy: Policy, *, as_of: int) -> list[Piece]:
    """The case's life from its opening to the run, cut at each change."""
    stop = history.stopped_at if not policy.stops and history.stopped_at is not None else None
    end = as_of if stop is None or stop > as_of else stop
    known = [change for change in history.changes if change.at <= end]
    status: str | None = None
    priority = next((change.priority for change in known if change.priority), history.priority)
    site = next((change.site for change in known if change.site), history.site)
    found = []
    instants = sorted({history.opened_at, *(change.at for change in known if change.at > history.opened_at)})
    for at, until in zip(instants, [*instants[1:], end], strict=True):
        for change in known:
            if change.at <= at:
                status, priority, site = change.status or status, change.priority or priority, change.site or site
        phase = "stopped" if status in policy.stops else "paused" if status in policy.pauses else "running"
        found.append(Piece(at, until, phase, priority, site))
    if stop == end:
        found.append(Piece(end, end, "stopped", found[-1].priority, found[-1].site))
    return found


def records_of(pieces: list[Piece], policy: Policy, is_open: IsOpen) -> list[Record]:
    """The pieces dealt out to records."""
    records = [Record()]
    for piece in pieces:
        record = records[-1]
        if piece.phase == "stopped":
            record.stop = record.stop or piece
            continue
        before = record.last.priority if record.held else piece.priority
        if record.stop is not None:
            action = reopening(record.stop.start, piece, policy, is_open)
            if action == "first_stop_wins":
                return records
            if action == "new_record":
                records.append(record := Record())
                before = piece.priority
            if action == "restart":
                record.pieces = []
            record.stop = None
        if policy.priority_change == "restart" and before != piece.priority:
            record.pieces = []
        record.pieces.append(piece)
    return records


def reopening(stopped_at: int, piece: Piece, policy: Policy, is_open: IsOpen) -> str:
    if policy.reopen_within is None:
        return policy.reopen
    waited = sum(MINUTE for at in range(stopped_at, piece.start, MINUTE) if is_open(piece.site, at))
    return policy.reopen if waited <= policy.reopen_within else policy.reopen_otherwise


def judged(record: Record, policy: Policy, is_open: IsOpen) -> Verdict:
    """A record's minutes counted one by one, each against the target in force in it."""
    elapsed, share, due_at = 0, Fraction(0), None
    for at, priority in counted_minutes(record, policy, is_open):
        target = target_of(priority, record, policy)
        if due_at is None and share + Fraction(MINUTE, target) >= 1:
            due_at = at - int(-(1 - share) * target // 1)
        elapsed += MINUTE
        share += Fraction(MINUTE, target)
    if due_at is None:
        due_at = due_later(record, policy, is_open, left=1 - share)
    return Verdict(record.stop.start if record.stop else None, elapsed, share <= 1, due_at)


def counted_minutes(record: Record, policy: Policy, is_open: IsOpen) -> Iterator[tuple[int, str]]:
    paused = 0
    for piece in record.pieces:
        for at in range(piece.start, piece.end, MINUTE):
            if not is_open(site_of(piece, record, policy), at):
                continue
            if piece.phase == "paused" and (policy.max_pause is None or paused < policy.max_pause):
                paused += MINUTE
            else:
                yield at, piece.priority


def site_of(piece: Piece, record: Record, policy: Policy) -> str:
    return {"at_start": record.held[0].site, "at_stop": record.last.site, "per_segment": piece.site}[
        policy.calendar_change
    ]


def target_of(priority: str, record: Record, policy: Policy) -> int:
    """The target that counts for a minute: the record's one, or with shares that of the minute's own priority."""
    if policy.priority_change == "proportional":
        return policy.targets[priority]
    if policy.priority_change == "highest":
        return min(policy.targets[piece.priority] for piece in record.held)
    return policy.targets[(record.held[0] if policy.priority_change == "initial" else record.last).priority]


def due_later(record: Record, policy: Policy, is_open: IsOpen, *, left: Fraction) -> int | None:
    """Where the clock, had it run on from its last instant, would have run the rest; None if not within ten days."""
    target, site = target_of(record.last.priority, record, policy), site_of(record.last, record, policy)
    seconds = -int(-left * target // 1)
    at = record.last.start if record.stop else record.last.end
    for minute in range(at, at + 10 * 86_400, MINUTE):
        if is_open(site, minute):
            if seconds <= MINUTE:
                return minute + seconds
            seconds -= MINUTE
    return None
