"""The reference page of the tables, told from their declarations."""

from collections.abc import Iterator

from remit.performance.facts.declarations import DIMENSIONS, TABLES
from remit.performance.facts.shapes import Column, Kind, Personal, Table

_KINDS = {
    Kind.TEXT: "text as it stands, without blanks around it",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number with at most four places",
    Kind.FLAG: "true or false; also written yes and no, or 1 and 0",
    Kind.INSTANT: "a moment, kept as whole UTC seconds; between 1990 and 2100",
    Kind.SECONDS: "a length of time in whole seconds, never negative",
}

_PERSONAL = {Personal.PERSON: "†", Personal.RECORD: "‡"}


def describe() -> list[str]:
    """The lines of the reference page in Markdown: kinds, the dimensions every table has, then a section a table."""
    return [
        "# Tables of facts",
        "",
        "Facts are what the records say, before any contract judges them. A [mapping file](mapping.md) says how the",
        "columns of a provider's export become these; a [contract](contract.md) says what is measured on them. Bring",
        "the tables that your service levels need, and of each the columns they read: no contract needs all.",
        "",
        "| table | a row is | what comes from it |",
        "|---|---|---|",
        *(f"| [`{table.name}`](#{table.name}) | {table.grain} | {table.description} |" for table in TABLES.values()),
        "",
        "A column marked * is required: a row without it goes to the quarantine file with its reason. All others may",
        "be empty, or missing. No two rows of a table share its key.",
        "",
        "A column marked † names a person, one marked ‡ the record of a person's matter: `remit packet` leaves them",
        "out or writes pseudonyms in their place, as asked. Further columns that say something of people are named in",
        "the contract, under `facts.personal`.",
        "",
        "| kind | holds |",
        "|---|---|",
        *(f"| {kind} | {words} |" for kind, words in _KINDS.items()),
        "",
        "Every table also has these columns of text, the dimensions, which a contract can filter and group by:",
        "",
        "| dimension | holds |",
        "|---|---|",
        *(f"| `{name}` | {words} |" for name, words in DIMENSIONS.items()),
        *(line for table in TABLES.values() for line in _section(table)),
    ]


def _section(table: Table) -> Iterator[str]:
    yield from ("", f"## {table.name}", "", table.description, "", f"A row is {table.grain}.{_key(table)}", "")
    yield from ("| column | kind | holds |", "|---|---|---|")
    yield from (_row(column) for column in table.columns if column.name not in DIMENSIONS)
    if table.own_checks:
        yield from ("", "A row goes to the quarantine file if")
        yield from ("", *(f"* {check.sentence} (`{check.name}`)" for check in table.own_checks))


def _key(table: Table) -> str:
    return f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else " It has no key."


def _row(column: Column) -> str:
    marks = ("*" if column.required else "") + ("" if column.personal is None else _PERSONAL[column.personal])
    return f"| `{column.name}`{marks} | {column.kind} | {column.description} |"
