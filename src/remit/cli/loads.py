"""`remit loads`: what was loaded into a store, when, by whom, and what became of it."""

import click

from remit.cli.commands import WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import terminal_width, uses_colour
from remit.reports.stores import loads_as_json, loads_as_text
from remit.store import read_manifest


@click.command(
    "loads",
    cls=WithExamples,
    examples="""
    remit loads --store facts-store
    remit loads --store facts-store --as json | jq -r 'map(select(.withdrawn | not))[-1].id'
    """,
)
@click.option("--store", "url", required=True, metavar="URL", help="The store: a folder, or a bucket's address.")
@click.option(
    "--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form of the list."
)
def command(*, url: str, form: str) -> ExitStatus:
    """List the loads of a store, the oldest first, those withdrawn too and marked so."""
    manifest = read_manifest(url)
    if form == "json":
        click.echo(loads_as_json(manifest.loads(), manifest.withdrawn), nl=False)
        return ExitStatus.DONE
    withdrawn = {one.concerns: one.version for one in manifest.entries if one.deed == "withdrawal"}
    if not manifest.loads():
        click.echo(f"nothing is loaded into {url} yet")
    else:
        click.echo(
            loads_as_text(manifest.loads(), withdrawn, colour=uses_colour(), width=terminal_width()), nl=False
        )  # fmt: skip
    return ExitStatus.DONE
