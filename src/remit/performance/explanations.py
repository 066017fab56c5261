"""One service level of one period opened down to its clause, its query and its records."""

from dataclasses import dataclass

from remit.performance.service_levels import Attainment


@dataclass(frozen=True, slots=True)
class MeasuredRecord:
    """One record as it counted.

    `met` is None for records that are counted but not judged one by one (a mean, a volume), and for excluded ones.
    `numerator` and `denominator` are what the record adds to the level's ratio; an excluded record adds nothing and
    carries the exclusion's id in `excluded_by`. `seconds` and `target_seconds` are readings of the level's clock.
    """

    key: str
    met: bool | None
    numerator: int
    denominator: int
    seconds: int | None
    target_seconds: int | None
    excluded_by: str | None


@dataclass(frozen=True, slots=True)
class AppliedExclusion:
    """How many records one exclusion took out, with its reason and clause."""

    id: str
    reason: str
    clause: str | None
    records: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything needed to check one number: the records' sums are the attainment's ratio, always."""

    attainment: Attainment
    name: str
    clause: str | None
    definition: str
    sql: str
    exclusions: tuple[AppliedExclusion, ...]
    records: tuple[MeasuredRecord, ...]
