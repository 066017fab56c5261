"""`remit web`: the site as one command."""

import os
from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.records import must_be_free, needed_libraries

_HOST, _PORT = "127.0.0.1", 8000


@click.command(
    "web",
    cls=WithExamples,
    examples="""
    remit web
    remit web --data /srv/remit --port 8080
    REMIT_URL=https://remit.example.org REMIT_HTTPS=yes remit web --host 0.0.0.0
    """,
)
@click.option("--host", default=_HOST, show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=_PORT, show_default=True, help="The port.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where database, facts and files are kept.  [default: remit-data]",
)
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer.")
@click.option("--worker/--no-worker", default=True, help="Run background work beside the site.")
def command(*, host: str, port: int, data: Path | None, processes: int, worker: bool) -> ExitStatus:
    """Serve the site: database, static files, pages, API and background work, until Ctrl-C."""
    needed_libraries()
    must_be_free(host, port)
    from remit.web.serving import Site, prepare, serve

    os.environ.setdefault("REMIT_URL", f"http://{host}:{port}")
    if host not in (_HOST, "localhost", "0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        os.environ.setdefault("REMIT_HOSTS", f"localhost,127.0.0.1,{host}")
    prepare(data)
    if not _has_people():
        click.echo("Nobody can sign in yet; name the first person with: remit administrator ADDRESS", err=True)
    click.echo(f"Remit is at http://{host}:{port}  (Ctrl-C stops it)", err=True)
    serve(Site(host, port, processes=processes, with_worker=worker))
    return ExitStatus.DONE


def _has_people() -> bool:
    from remit.web.accounts.models import User

    return bool(User.objects.filter(is_active=True).exists())
