"""`remit generate`: an example's contracts laid out in a folder, with a year of raw records made for them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.example_cases import case_at_scale
from remit.cli.example_folders import example_folder
from remit.cli.exit_statuses import ExitStatus
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from remit.specimens import GeneratedExport

EXAMPLE = "contact-centre"
SIDES = ("north", "south")
_KEPT = "differs from the example's and is kept as it is"


@click.command(
    "generate",
    cls=WithExamples,
    examples="""
    remit generate contact-centre --into centre/
    remit generate contact-centre --into small/ --scale 0.05 --seed 7
    """,
)
@click.argument("example", type=click.Choice([EXAMPLE]), default=EXAMPLE, expose_value=False)
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path(EXAMPLE), help="The folder to write to."
)
@click.option(
    "--scale", type=click.FloatRange(0.005, 20), default=1.0, show_default=True, help="1 is about 400,000 contacts."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=2025, show_default=True, help="The same seed gives the same records."
)
def command(*, into: Path, scale: float, seed: int) -> ExitStatus:
    """Generate the contracts, mappings and raw records of EXAMPLE: two providers' exports of one year, dirty as life.

    Each provider's folder gets a `dirt.json` that counts what was made dirty on purpose. A contract or mapping that you
    have changed is kept.
    """
    from remit.cli.progress import progress_shown

    with progress_shown() as tell:
        exports = lay_out(
            into, scale=scale, seed=seed, progress=lambda what: tell(f"making the records of {what}", 0, 0)
        )
    for side, export in zip(SIDES, exports, strict=True):
        rows = sum(export.rows.values())
        click.echo(f"{into / side}: {rows:,} records of {export.provider}, and {export.set_aside:,} rows of dirt")
    return ExitStatus.DONE


def lay_out(
    into: Path, *, scale: float, seed: int, progress: Callable[[str], None]
) -> "tuple[GeneratedExport, GeneratedExport]":
    """The example's contracts and mappings copied, and its records made; ProblemsFound where a file is in the way."""
    from remit.specimens import generate_contact_centre

    if into.exists() and not into.is_dir():
        raise ProblemsFound([Problem(str(into), 0, "", "is a file; name a folder to write to")])
    for source, target in _given_files(example_folder(EXAMPLE), into):
        given = source.read_bytes()
        if source.name == "business-case.yaml":
            given = case_at_scale(given.decode(), scale).encode()
        _write_unless_changed(given, target)
    return generate_contact_centre(into, seed=seed, scale=scale, progress=progress)


def _given_files(example: Path, into: Path) -> Iterator[tuple[Path, Path]]:
    for side in SIDES:
        yield example / side / "contract.yaml", into / side / "contract.yaml"
        yield example / side / "mapping.yaml", into / side / "facts" / "mapping.yaml"
        for name in ("business-case.yaml", "own-costs.csv"):
            if (example / side / name).exists():
                yield example / side / name, into / side / name
        for amendment in sorted((example / side / "amendments").glob("*.yaml")):
            yield amendment, into / side / "amendments" / amendment.name


def _write_unless_changed(given: bytes, target: Path) -> None:
    if target.exists() and target.read_bytes() != given:
        click.echo(f"{target} {_KEPT}", err=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(given)
