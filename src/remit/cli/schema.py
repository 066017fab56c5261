"""`remit schema`: the JSON Schema of a file a person writes, or a reference page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples

if TYPE_CHECKING:
    from pydantic import BaseModel

_PAGES = ("tables", "roles")
"""What has a page but is no file a person writes."""

_TITLES = {
    "contract": "Remit contract file, format 1",
    "amendment": "Remit amendment file, format 1",
    "mapping": "Remit mapping file, format 1",
}


@click.command(
    cls=WithExamples,
    examples="""
    remit schema contract > contract.schema.json
    remit schema mapping --out mapping.schema.json
    remit schema mapping --as markdown --out mapping.md
    remit schema tables
    remit schema roles
    """,
)
@click.argument("subject", type=click.Choice([*_TITLES, *_PAGES]), default="contract")
@click.option(
    "--as",
    "form",
    type=click.Choice(["json", "markdown"]),
    help="JSON Schema, or the reference page of contract, mapping, tables or roles.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of standard output."
)
def command(*, subject: str, form: str | None, out: Path | None) -> None:
    """Print the JSON Schema of SUBJECT, by which an editor completes its words; SUBJECT is contract unless given.

    The contract file, the mapping file, the tables of facts and the roles also have a reference page in Markdown.
    """
    has_page = subject != "amendment"
    if form == "markdown" and not has_page:
        raise click.UsageError(f"{subject} has no page of its own: that of contract tells it; leave --as markdown out")
    if form == "json" and subject in _PAGES:
        raise click.UsageError(f"{subject} are no file a person writes; they have a page: --as markdown")
    is_page = form == "markdown" or subject in _PAGES
    text = _page(subject) if is_page else _schema(subject)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _page(subject: str) -> str:
    if subject == "roles":
        from remit.web.accounts.roles_page import roles_page

        return roles_page()
    if subject == "tables":
        from remit.performance.facts import describe

        return "\n".join(describe()) + "\n"
    from remit.reports.reference import contract_page, mapping_page

    return contract_page() if subject == "contract" else mapping_page(_model(subject))


def _schema(subject: str) -> str:
    from remit.reports.reference import schema_text

    return schema_text(_model(subject), title=_TITLES[subject])


def _model(subject: str) -> "type[BaseModel]":
    if subject == "mapping":
        from remit.ingest.mappings import Mapping

        return Mapping
    if subject == "amendment":
        from remit.terms.amendments import Amendment

        return Amendment
    from remit.terms.contracts import Contract

    return Contract
