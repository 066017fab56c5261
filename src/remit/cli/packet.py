"""`remit packet`: settled months as one signed file that anybody can compute again."""

import getpass
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Opened, Sources, check_dimensions, corridor_options, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, size_text, written_whole
from remit.cli.progress import progress_shown
from remit.ingest.amendments import GivenFile
from remit.runs.evidence import share_done
from remit.terms.periods import Period

if TYPE_CHECKING:
    from remit.packets.manifests import Personal
    from remit.runs.packets.making import Wanted


@click.command(
    "packet",
    cls=WithExamples,
    examples="""
    remit keys make signing-key
    remit packet contract.yaml --facts export/ --period 2026-03 --key signing-key --out march.zip
    remit packet contract.yaml --store facts-store --period 2026-03 --key signing-key --personal pseudonyms --out m.zip
    remit verify march.zip --trust signing-key.pub
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--period", type=Month(), help="One month, as 2026-03.")
@click.option("--from", "first", type=Month(), help="The first of several months, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last of them, as 2026-06.")
@click.option("--by", "by", multiple=True, metavar="DIMENSION", help="Split each level by this column too.")
@click.option(
    "--personal",
    type=click.Choice(["leave-out", "pseudonyms", "keep"]),
    default="leave-out",
    show_default=True,
    help="leave-out: only columns that figures need, people renamed where one does; pseudonyms: the keys of records "
    "renamed too; keep: every column as it stands.",
)
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The private key to sign with."
)
@click.option("--unsigned", is_flag=True, help="Make a packet that nobody vouches for.")
@click.option("--made-by", metavar="NAME", help="Who makes it; your user name without it.")
@corridor_options
def command(  # noqa: PLR0913 - click hands over one argument an option
    *,
    sources: Sources,
    period: Period | None,
    first: Period | None,
    last: Period | None,
    by: tuple[str, ...],
    personal: "Personal",
    key: Path | None,
    unsigned: bool,
    made_by: str | None,
) -> ExitStatus:
    """Write months of CONTRACT as one file: terms, clock tables, facts, exclusions, results, SQL, all hashes, signed.

    `remit verify` computes everything in it again, on any machine and without a server. The same facts and terms give
    the same file, to the byte.
    """
    out = _checked(sources, period, first, last)
    if (key is None) is not unsigned:
        raise click.UsageError(
            "sign the packet with --key FILE (see `remit keys make`), or say --unsigned: one of the two"
        )
    from remit.packets.signatures import read_key
    from remit.runs.packets.making import Wanted

    signing = None if key is None else read_key(key)
    request = months_asked(period, first, last, sources.as_of, by)
    check_output(out, kind="packet")
    with opened(sources) as run:
        check_dimensions(run, by)
        secret = b"" if signing is not None else secrets.token_bytes(32)
        _write(run, sources, out, Wanted(request, personal, made_by or getpass.getuser(), signing, secret))
    return ExitStatus.DONE


def _checked(sources: Sources, period: Period | None, first: Period | None, last: Period | None) -> Path:
    if sources.out is None:
        raise click.UsageError("a packet is a file: name it with --out march.zip")
    if sources.engine != "duckdb":
        raise click.UsageError("a packet is made in this process: leave --engine spark out")
    if period is None and (first is None or last is None):
        raise click.UsageError("name the month with --period 2026-03, or the months with --from and --to")
    return sources.out


def _write(run: Opened, sources: Sources, out: Path, wanted: "Wanted") -> None:
    from remit.runs.packets.making import Source, Working, make_packet

    files = [GivenFile(name, Path(name).read_bytes()) for name in run.versions.files]
    source = Source(run.versions, files, run.evidence, run.extra)
    with progress_shown(share_done(run.evidence)) as tell, written_whole(out) as file:
        made = make_packet(source, wanted, file, Working(sources.memory_mb, sources.spill, tell))
    click.echo(f"{out}: {size_text(made.size)}, SHA-256 {made.sha256}")
    signed = "not signed" if wanted.key is None else f"signed with {wanted.key.public.fingerprint}"
    click.echo(f"{made.computed.levels} service levels, {made.computed.records:,} records; {signed}")
    replaced = made.manifest.options.replaced
    if replaced:
        renamed = ", ".join(f"{table}.{name}" for table, names in replaced.items() for name in names)
        click.echo(f"pseudonyms stand for {renamed}")
