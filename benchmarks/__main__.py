"""`python -m benchmarks`: makes the records, measures the parts, prints each figure with its target."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.agreement import check_agreement
from benchmarks.backtested import backtest_figures
from benchmarks.compiled import compiled_figures
from benchmarks.figures import Figure, describe_machine, print_figures
from benchmarks.loading import loading_figures
from benchmarks.on_spark import spark_figures
from benchmarks.parts import (
    growth_figures,
    kernel_figures,
    measured_connection,
    memory_figure,
    pauses_figure,
    working_time_figure,
)
from benchmarks.records import Records, make_records
from benchmarks.scale import growth_figures as scale_figures
from benchmarks.scale import store_figures
from benchmarks.site_pages import site_figures

PARTS = "abcdefghjw"
SCALE = "i"
TARGETS_ARE_FOR = 10_000_000


def main() -> int:
    """Runs what the arguments ask for; 1 where a figure missed its target."""
    options = _options()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="remit-bench-", dir=options.folder) as folder:
        figures = _measure(Path(folder), parts=options.parts, rows=options.rows, rounds=options.rounds)
    print_figures(figures)
    if options.rows < TARGETS_ARE_FOR:
        print(f"The targets are for {TARGETS_ARE_FOR:,} cases; with fewer, a query's own start weighs in.")
    return 0 if all(figure.holds for figure in figures) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=TARGETS_ARE_FOR, help="cases; part e also takes 0.3 and 3 times as many"
    )
    parser.add_argument("--parts", default=PARTS, help="which parts to measure, e.g. ab")
    parser.add_argument(
        "--scale", dest="parts", action="store_const", const=SCALE,
        help="measure ten times as many cases alone, from stores: at the usual 10 million it takes hours and 30 GB",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=11, help="rounds of (a); the slower parts take fewer")
    parser.add_argument("--folder", type=Path, help="where the records are made and deleted again (about 2 GB)")
    return parser.parse_args()


def _measure(folder: Path, *, parts: str, rows: int, rounds: int) -> list[Figure]:
    few = max(3, rounds // 2)
    figures = _measure_queries(folder, parts=parts, rows=rows, rounds=rounds) if set(parts) & set("abde") else []
    if "c" in parts:
        _say("timing the kernel and four libraries")
        figures += kernel_figures(rounds=few)
    figures += _measure_stores(folder, parts=parts, rows=rows, rounds=few)
    return sorted(figures, key=lambda figure: figure.part)


def _measure_stores(folder: Path, *, parts: str, rows: int, rounds: int) -> list[Figure]:
    figures: list[Figure] = []
    if "f" in parts:
        _say("loading a year of cases, and correcting a month")
        figures += loading_figures(folder / "loads", row_count=rows * 3 // 10, rounds=rounds)
    if "g" in parts:
        _say("settling a store and bare Parquet")
        figures += store_figures(folder, case_count=rows // 10, rounds=rounds)
    if "h" in parts:
        figures += spark_figures(_made(folder / "spark", rows), folder, rounds=rounds)
    if "w" in parts:
        _say("laying out a site and asking for its pages")
        figures += site_figures(
            folder, engagements=max(3, min(200, rows // 50_000)), record_count=rows // 2, rounds=10 * rounds
        )
    if "j" in parts:
        _say("testing terms on a year of records")
        figures += backtest_figures(folder / "backtested", record_count=rows // 10)
    if SCALE in parts:
        _say(f"settling {rows:,} and {10 * rows:,} cases from stores")
        figures += scale_figures(folder, case_count=rows)
    return figures


def _measure_queries(folder: Path, *, parts: str, rows: int, rounds: int) -> list[Figure]:
    figures: list[Figure] = []
    few = max(3, rounds // 2)
    records = _made(folder, rows)
    with measured_connection(folder) as connection:
        _say(f"comparing the queries' counts with the kernel's, over {records.event_count:,} changes of status")
        check_agreement(connection, records)
        if "a" in parts:
            figures.append(working_time_figure(connection, records, rounds=rounds))
        if "b" in parts:
            figures.append(pauses_figure(connection, records, rounds=few))
        if set(parts) & {"a", "b"}:
            figures += [one for one in compiled_figures(connection, records, rounds=rounds) if one.part in parts]
    if "d" in parts:
        figures.append(memory_figure(records))
    if "e" in parts:
        sizes = [_made(folder, rows * 3 // 10), records, _made(folder, rows * 3)]
        with measured_connection(folder) as connection:
            figures += growth_figures(connection, sizes, rounds=few)
    return figures


def _made(folder: Path, case_count: int) -> Records:
    _say(f"making {case_count:,} cases and their pauses")
    return make_records(folder / f"{case_count}", case_count=case_count)


def _say(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
