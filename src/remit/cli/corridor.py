"""What settle, explain and reconcile share: their options, the contract and facts they open, and progress."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import spare_inputs
from remit.cli.problems_printed import print_problems
from remit.cli.progress import progress_shown
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.ingest.fact_files import open_facts
from remit.ingest.fact_folders import MAPPING_NAME, chosen_mapping, files_read
from remit.ingest.relief_files import read_reliefs
from remit.ingest.waiver_files import read_waivers
from remit.performance.facts import DIMENSIONS, TABLES, Kind
from remit.runs import Evidence, Request, evidence_of
from remit.runs.agreed import Agreed, check_reliefs, with_agreed
from remit.runs.connections import connect
from remit.runs.waived import check_waivers
from remit.terms.periods import Period, month_of
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from remit.store import Manifest, Snapshot


class Month(click.ParamType[Period]):
    """A calendar month, written 2026-03."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        if isinstance(value, Period):
            return value
        try:
            return month_of(date.fromisoformat(f"{value}-01"))
        except ValueError:
            self.fail(f"{value!r} is not a month; write 2026-03", param, ctx)


class Instant(click.ParamType[int]):
    """An instant with its offset, or a date (its last second in UTC)."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not an instant; write 2026-04-01T00:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no offset; write 2026-04-01T00:00:00Z or +02:00", param, ctx)
        return int(moment.astimezone(UTC).timestamp())


class AsOf(click.ParamType[int | str]):
    """An instant; or the number of a store's version, which stays text."""

    name = "as_of"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        return str(value) if str(value).isdecimal() else Instant().convert(value, param, ctx)


DEFAULT_MEMORY_MB = 2048

_SHARED = (
    click.option("--facts", "facts", type=click.Path(path_type=Path), metavar="DIR", help="The folder of records."),
    click.option("--store", metavar="URL", help="A store of facts in place of a folder; see `remit load`."),
    click.option(
        "--mapping",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="How the records' columns become ours; DIR/mapping.yaml without it.",
    ),
    click.option(
        "--waivers",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Waivers both sides agreed on, as CSV, beside those among the records: record_key, service_level, "
        "approved_by, reason.",
    ),
    click.option(
        "--relief",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Relief both sides agreed on where volume left its forecast, as CSV: service_level, month, relief, "
        "approved_by, reason; contacts for a volume_gap.",
    ),
    click.option(
        "--as-of",
        "as_of",
        type=AsOf(),
        metavar="INSTANT|VERSION",
        help="Let open records run until then; until the facts' last instant without it. With --store: the version, or "
        "the instant, at which the store is read.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Write there; to standard output without it.",
    ),
    click.option(
        "--quarantine",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Where rows that fail a check are kept, with the reason.  [default: quarantine.csv]",
    ),
    click.option(
        "--memory",
        "memory_mb",
        type=click.IntRange(min=128, max=16_777_216),
        default=DEFAULT_MEMORY_MB,
        show_default=True,
        metavar="MB",
        help="The most memory the engine may take before it spills to disk.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        help="Where the queries run: in this process, or on Spark, which needs --store.",
    ),
    click.option(
        "--spark-master",
        metavar="URL",
        help="The Spark master, as spark://host:7077.  [default: local[*], this machine's cores]",
    ),
    click.option(
        "--spill",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Where it spills to: a folder with room to spare; the system's temporary one without it.",
    ),
)


@dataclass(frozen=True)
class Sources:
    """What a command of the corridor was given: the contract, where its records are, and where the result goes.

    Records are in a folder, `facts`, or in a `store` as it stood at `version` or at `instant`; `as_of` is until when
    open records of a folder run.
    """

    contract: Path
    facts: Path | None = None
    mapping: Path | None = None
    waivers: Path | None = None
    relief: Path | None = None
    as_of: int | None = None
    out: Path | None = None
    quarantine: Path | None = None
    memory_mb: int = DEFAULT_MEMORY_MB
    spill: Path | None = None
    store: str | None = None
    version: int | None = None
    instant: int | None = None
    engine: str = "duckdb"
    spark_master: str | None = None

    @property
    def place(self) -> str:
        """Where the records are, as the user gave it."""
        return str(self.facts) if self.store is None else self.store


def _sources(given: dict[str, Any]) -> Sources:
    """The options put together; wrong usage where they are at odds."""
    as_of = given.pop("as_of")
    in_store = given["store"] is not None
    if in_store == (given["facts"] is not None):
        raise click.UsageError("name the records with --facts DIR, or a store of them with --store URL: one of the two")
    for name in ("mapping", "quarantine") if in_store else ():
        if given[name] is not None:
            raise click.UsageError(f"--{name} goes with --facts, or with `remit load`: a store holds records as landed")
    _check_engine(given, in_store=in_store)
    if isinstance(as_of, str) and not in_store:
        raise click.UsageError(f"--as-of {as_of} is a store's version; with --facts write 2026-04-01T00:00:00Z")
    if isinstance(as_of, str):
        return Sources(**given, version=int(as_of))
    return Sources(**given, instant=as_of) if in_store else Sources(**given, as_of=as_of)


def _check_engine(given: Mapping[str, Any], *, in_store: bool) -> None:
    """Wrong usage where Spark is asked for what it can't reach, or a master is named for no Spark."""
    if given["engine"] == "spark" and not in_store:
        raise click.UsageError("--engine spark reads a store: load the records first with `remit load`, then --store")
    if given["engine"] != "spark" and given["spark_master"] is not None:
        raise click.UsageError("--spark-master goes with --engine spark")


def corridor_options(command: Callable[..., ExitStatus]) -> Callable[..., ExitStatus]:
    """The options every command of the corridor takes, handed to it as one value, `sources`."""
    names = [item.name for item in fields(Sources) if item.name not in ("version", "instant")]

    @wraps(command)
    def gathered(**given: Any) -> ExitStatus:
        sources = _sources({name: given.pop(name) for name in names})
        return command(sources=sources, **given)

    for option in reversed(_SHARED):
        gathered = option(gathered)
    return gathered


@dataclass(frozen=True)
class Opened:
    """A contract and its facts, ready for a run; `extra` are the columns of its own that each table has.

    `stored` is what they were read from where that is a store.
    """

    versions: ContractVersions
    extra: Mapping[str, Mapping[str, Kind]]
    evidence: Evidence
    stored: "Snapshot | None" = None


@contextmanager
def opened(sources: Sources) -> Iterator[Opened]:
    """The contract read and the facts opened; what is doubtful goes to standard error, what is wrong stops the run."""
    versions = read_versions(sources.contract)
    _spare_inputs(sources, versions)
    print_problems(versions.warnings)
    agreed = _agreed(sources, versions)
    with _landed(sources, versions) if sources.facts is not None else _stored(sources, versions) as run:
        yield replace(run, evidence=with_agreed(run.evidence, agreed))


def _agreed(sources: Sources, versions: ContractVersions) -> Sequence[Agreed]:
    """The lists both sides agreed on, looked over before any record is read."""
    found: list[Agreed] = []
    if sources.waivers is not None:
        waivers = read_waivers(sources.waivers)
        check_waivers(versions, waivers, str(sources.waivers))
        found += waivers
    if sources.relief is not None:
        reliefs = read_reliefs(sources.relief)
        check_reliefs(versions, reliefs, str(sources.relief))
        found += reliefs
    return found


def _spare_inputs(sources: Sources, versions: ContractVersions) -> None:
    """Wrong usage where a result would take the place of what the run reads, or of its other result."""
    inputs = {sources.contract, *map(Path, versions.files)}
    inputs |= {given for given in (sources.waivers, sources.relief) if given is not None}
    if sources.facts is not None and sources.facts.is_dir() and sources.out is not None and sources.out.exists():
        mapping, _ = chosen_mapping(sources.facts, sources.mapping)
        inputs |= {sources.mapping or sources.facts / MAPPING_NAME, *files_read(sources.facts, mapping)}
    aside = sources.quarantine or Path("quarantine.csv")
    if sources.out is not None:
        spare_inputs(sources.out, inputs, option="--out")
        is_device = sources.out.exists() and not sources.out.is_file()
        if sources.facts is not None and not is_device and sources.out.absolute() == aside.absolute():
            raise click.BadParameter(f"{sources.out} is where rows set aside go; name another file", param_hint="--out")
    if sources.quarantine is not None:
        spare_inputs(sources.quarantine, inputs, option="--quarantine")


@contextmanager
def _stored(sources: Sources, versions: ContractVersions) -> Iterator[Opened]:
    """The contract's facts in a store, as of the version asked for; its libraries are loaded only here."""
    from remit.store import named, read_manifest, version_asked

    manifest = read_manifest(sources.place)
    version = version_asked(manifest, version=sources.version, instant=sources.instant)
    opening = _on_spark if sources.engine == "spark" else _in_process
    with opening(sources, manifest, versions.latest.id, version) as (evidence, stored):
        _check_declared_columns(versions, stored.extra, sources.place)
        with named(manifest, lambda: stored.files):
            yield Opened(versions, stored.extra, evidence, stored)


@contextmanager
def _in_process(
    sources: Sources, manifest: "Manifest", engagement: str, version: int
) -> Iterator[tuple[Evidence, "Snapshot"]]:
    from remit.runs.stored import evidence_at

    with connect(memory_mb=sources.memory_mb, spill=sources.spill, keeps_order=False) as connection:
        yield evidence_at(manifest, engagement, connection, version=version)


@contextmanager
def _on_spark(
    sources: Sources, manifest: "Manifest", engagement: str, version: int
) -> Iterator[tuple[Evidence, "Snapshot"]]:
    from remit.runs.clusters import Cluster, evidence_on

    cluster = Cluster(sources.spark_master or "local[*]", sources.memory_mb)
    with ExitStack() as held:
        with progress_shown() as tell:
            tell(f"waiting for Spark at {cluster.master}", 0, 0)
            found = held.enter_context(evidence_on(cluster, manifest, engagement, version=version))
        yield found


@contextmanager
def _landed(sources: Sources, versions: ContractVersions) -> Iterator[Opened]:
    """A folder of facts, landed."""
    folder = Path(sources.place)
    limit = versions.latest.facts.quarantine_limit
    aside = sources.quarantine if sources.quarantine is not None else Path("quarantine.csv")
    with connect(memory_mb=sources.memory_mb, spill=sources.spill) as connection, progress_shown() as tell:
        tell("opening facts", 0, 0)
        landed = open_facts(
            folder,
            mapping=sources.mapping,
            connection=connection,
            quarantine_path=aside,
            limit=limit,
            on_file=lambda name: tell(f"reading {name}", 0, 0),
        )
        tell("", 0, 0)
        print_problems(landed.warnings)
        extra = {name: table.extra for name, table in landed.tables.items()}
        _check_declared_columns(versions, extra, str(sources.mapping or folder / MAPPING_NAME))
        if landed.quarantined:
            share = landed.quarantined / landed.rows
            counts = f"{landed.quarantined:,} of {landed.rows:,} rows ({share:.2%})"
            click.echo(f"{counts} are set aside in {aside}, each with its reason", err=True)
        yield Opened(versions, extra, evidence_of(landed))


def _check_declared_columns(versions: ContractVersions, extra: Mapping[str, Mapping[str, Kind]], where: str) -> None:
    """Columns of its own that the contract declares must come, with the kind it says, where their table comes."""
    problems = []
    for table, columns in versions.latest.facts.columns.items():
        brought = extra.get(table)
        if brought is None:
            continue
        for name, kind in columns.items():
            given = kind if name in TABLES[table].by_name else brought.get(name)
            if given is None:
                what = f"the contract declares this column of {table}, and nothing fills it"
                hint = f"write extra: {{{name}: {kind}}} and map it"
                problems.append(Problem(where, 0, f"extra.{name}", what, hint))
            elif given != kind:
                what = f"is {given} here, and {kind} in the contract's facts.columns.{table}"
                problems.append(Problem(where, 0, f"extra.{name}", what, "make them alike"))
    if problems:
        raise ProblemsFound(problems)


def check_dimensions(run: Opened, names: tuple[str, ...]) -> None:
    """Wrong usage where a level can't be split by a column: it is no dimension, or the facts say nothing in it."""
    declared = {name for version in run.versions.versions for name in version.contract.facts.dimensions}
    extra = {name for columns in run.extra.values() for name in columns}
    known = {name for name in (*DIMENSIONS, *declared) if name in DIMENSIONS or name in extra} | extra
    filled = sorted(known & {name for columns in run.evidence.filled.values() for name in columns})
    for name in names:
        if name in filled:
            continue
        near = get_close_matches(name, filled, n=1)
        choice = f"they can be split by {', '.join(filled)}" if filled else "they fill none to split by"
        hint = f"did you mean {near[0]}?" if near else choice
        what = f"the facts fill no column {name!r}" if name in known else f"{name!r} is no dimension of these facts"
        raise click.BadParameter(f"{what}; {hint}", param_hint="--by")


def level_named(versions: ContractVersions, level_id: str) -> str:
    """A service level of the contract; wrong usage, with the nearest names, where there is none of that id."""
    known = list(dict.fromkeys(name for version in versions.versions for name in version.contract.service_levels))
    if level_id in known:
        return level_id
    near = get_close_matches(level_id, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
    raise click.BadParameter(f"the contract has no service level {level_id!r}; {hint}", param_hint="LEVEL")


def months_asked(
    period: Period | None, first: Period | None, last: Period | None, as_of: int | None, by: tuple[str, ...] = ()
) -> Request:
    """The months of --period, or of --from and --to."""
    if period is not None and (first is not None or last is not None):
        raise click.UsageError("--period names one month; use either it or --from and --to")
    if first is not None and last is not None and last < first:
        raise click.UsageError(f"--to {last.label} lies before --from {first.label}; swap them")
    return Request(first=period or first, last=period or last, dimensions=by, as_of=as_of)
