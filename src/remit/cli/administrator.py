"""`remit administrator`: the first person of an installation, named by whoever runs it."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.records import DATA
from remit.terms.problems import Problem, ProblemsFound


@click.command(
    "administrator",
    cls=WithExamples,
    examples="""
    remit administrator ann@example.org --name 'Ann Example'
    remit administrator ann@example.org --data /srv/remit
    """,
)
@click.argument("address")
@click.option("--name", default="", help="The person's name.  [default: the address]")
@DATA
def command(*, address: str, name: str, data: Path | None) -> ExitStatus:
    """Make the person with mail ADDRESS an administrator, and print a link to choose a password.

    The link works once, within a day. Whoever can run this command on the machine could read the database anyway;
    over the network nobody becomes an administrator but by another one.
    """
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(address)
    except ValidationError:
        raise click.BadParameter(f"{address!r} is no mail address", param_hint="ADDRESS") from None
    from remit.web.serving import prepare

    prepare(data)
    click.echo(_named(address, name))
    return ExitStatus.DONE


def _named(address: str, name: str) -> str:
    """What was done, and the link. Raises ProblemsFound where the action is refused."""
    from remit.web.accounts.actions import name_administrator
    from remit.web.accounts.actors import installation
    from remit.web.accounts.letters import password_link
    from remit.web.shared.moments import now
    from remit.web.shared.refusals import Refusal

    try:
        person = name_administrator(address, name=name, by=installation(), at=now())
    except Refusal as refusal:
        raise ProblemsFound([Problem(address, 0, "", refusal.sentence.rstrip("."), refusal.hint)]) from refusal
    what = f"{person.email} is an administrator; a password is chosen here, once and within a day:"
    return f"{what}\n{password_link(person)}"
