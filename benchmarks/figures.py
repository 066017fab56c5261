"""A benchmark's figures with their targets, and how they are printed."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run: what was measured against what, the value, and the bound it is held to, if to any."""

    part: str
    what: str
    measured: str
    value: float
    bound: float | None
    at_least: bool = False
    unit: str = "×"

    @property
    def holds(self) -> bool:
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def target(self) -> str:
        if self.bound is None:
            return "for comparison"
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g} {self.unit}"


def describe_machine() -> str:
    """The machine, the versions and the date, in one line a reader needs beside any figure."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {_processor()}, {os.cpu_count()} cores, {_memory()} · "
        f"{platform.system()} · Python {platform.python_version()} · DuckDB {version('duckdb')} · "
        f"NumPy {version('numpy')} · load before the run {load:.1f}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in _lines(info) if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    sizes = [line.split()[1] for line in _lines(Path("/proc/meminfo")) if line.startswith("MemTotal")]
    return f"{int(sizes[0]) / 2**20:.0f} GiB" if sizes else "memory unknown"


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def print_figures(figures: list[Figure]) -> None:
    """The table of results; a figure outside its bound says so in words, not only in colour."""
    table = Table("", "what", "measured", "figure", "target", "verdict")
    for figure in figures:
        value = f"{figure.value:.2f} {figure.unit}"
        table.add_row(figure.part, figure.what, figure.measured, value, figure.target, _verdict(figure))
    Console().print(table)


def _verdict(figure: Figure) -> str:
    if figure.bound is None:
        return ""
    return "[green]holds[/green]" if figure.holds else "[red]missed[/red]"
