"""The reference page of roles, from the table that every door reads."""

from collections.abc import Iterator

from remit.web.accounts.roles import SENTENCES, TITLES, Duty, Side, may, roles_of

_TITLES = {Side.CLIENT: "On the client's side", Side.PROVIDER: "On the provider's side"}


def roles_page() -> str:
    """The page in Markdown: for each side a table, duties down, roles across."""
    return "\n".join([*_opening(), *(line for side in Side for line in _table(side)), *_closing()]) + "\n"


def _opening() -> Iterator[str]:
    yield "# Roles"
    yield ""
    yield "A person has a role in an engagement, or one in every engagement of their organisation; a role in one"
    yield "engagement takes the place of the one in all. Pages, API and exports all ask this one table"
    yield "(`remit.web.accounts.roles`); the site shows it at `/roles/`."


def _table(side: Side) -> Iterator[str]:
    columns = roles_of(side)
    yield ""
    yield f"## {_TITLES[side]}"
    yield ""
    yield "| may | " + " | ".join(TITLES[role] for role in columns) + " |"
    yield "|---|" + ":-:|" * len(columns)
    for duty in Duty:
        marks = " | ".join("yes" if may(role, duty) else "–" for role in columns)
        yield f"| {SENTENCES[duty]} | {marks} |"


def _closing() -> Iterator[str]:
    yield ""
    yield "## Administrators"
    yield ""
    yield "An administrator keeps the organisations, engagements and people of the installation: adds and opens them,"
    yield "invites the first manager of each side, deactivates people, masks personal values in the audit trail."
    yield "Without a role in it, an administrator sees nothing of what an engagement holds."
