"""`remit keys`: the keys that packets are signed with, made here and kept by whoever signs."""

import getpass
from pathlib import Path

import click

from remit.cli.commands import GroupWithExamples, WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import write_output
from remit.terms.problems import Problem, ProblemsFound


@click.group(
    "keys",
    cls=GroupWithExamples,
    examples="""
    remit keys make signing-key --name 'Northwind, BPO office'
    remit keys show signing-key
    """,
)
def command() -> None:
    """Make the key that packets are signed with, and show its public half."""


@command.command(
    "make",
    cls=WithExamples,
    examples="""
    remit keys make signing-key --name 'Northwind, BPO office'
    """,
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", help="Whose key it is, for the public half's file; your user name without it.")
def make(*, file: Path, name: str | None) -> ExitStatus:
    """Make a private key in FILE, which only you can read, and its public half in FILE.pub, for the other side.

    A key that is there already is never overwritten.
    """
    from remit.packets.signatures import make_key

    public = file.with_name(f"{file.name}.pub")
    for path in (file, public):
        if path.exists():
            hint = "name another file; who trusts the key that is there would trust nothing signed with a new one"
            raise ProblemsFound([Problem(str(path), 0, "", "is there already, and a key is not overwritten", hint)])
    file.parent.mkdir(parents=True, exist_ok=True)
    key = make_key(file)
    write_output(key.public.line(" ".join((name or getpass.getuser()).split())), public)
    click.echo(f"{file}: the private key; keep it to yourself")
    click.echo(f"{public}: the public key; give it to the other side, on a way they trust")
    click.echo(f"fingerprint: {key.public.fingerprint}")
    return ExitStatus.DONE


@command.command(
    "show",
    cls=WithExamples,
    examples="""
    remit keys show signing-key
    remit keys show signing-key.pub
    """,
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def show(*, file: Path) -> ExitStatus:
    """Show the public key of a private or public key's FILE, and its fingerprint."""
    from remit.packets.signatures import read_key, read_public_key

    content = file.read_bytes()
    key = read_public_key(content.decode("utf-8", errors="replace")) or read_key(file).public
    click.echo(f"public key:  {key.written}")
    click.echo(f"fingerprint: {key.fingerprint}")
    return ExitStatus.DONE
