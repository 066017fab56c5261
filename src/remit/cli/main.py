"""The `remit` command: the table of its parts, and the exit status of whatever they do."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from remit import __version__
from remit.cli.commands import CommandEntry, LazyGroup
from remit.cli.exit_statuses import ExitStatus
from remit.cli.problems_printed import print_problems
from remit.cli.stopping import stops_noted
from remit.terms.problems import Problem, ProblemsFound

COMMANDS = (
    CommandEntry("check", "remit.cli.check:command", "Validate a contract file; list every problem and doubt in it."),
    CommandEntry("settle", "remit.cli.settle:command", "Settle the months of a contract from a folder of facts."),
    CommandEntry("explain", "remit.cli.explain:command", "Open one number down to clause, query and records."),
    CommandEntry("reconcile", "remit.cli.reconcile:command", "Compare the provider's figures with ours, by cause."),
    CommandEntry("packet", "remit.cli.packet:command", "Write settled months as one signed file to compute again."),
    CommandEntry("verify", "remit.cli.verify:command", "Check a packet's signature; compute everything in it again."),
    CommandEntry("keys", "remit.cli.keys:command", "Make the key that packets are signed with; show its public half."),
    CommandEntry("backtest", "remit.cli.backtest:command", "Test terms on past months before signing them."),
    CommandEntry("charges", "remit.cli.charges:command", "Print the pro-forma invoice of a month."),
    CommandEntry("accruals", "remit.cli.accruals:command", "What unbilled months owe, and the year's forecast."),
    CommandEntry("invoice", "remit.cli.invoice:command", "Match a provider's invoice with the contract, line by line."),
    CommandEntry("benefits", "remit.cli.benefits:command", "Did it pay: savings against the approved business case."),
    CommandEntry("compare", "remit.cli.compare:command", "Compare sites or providers as if all had one mix of work."),
    CommandEntry("signals", "remit.cli.signals:command", "Look for patterns in records that are worth asking about."),
    CommandEntry("forecast", "remit.cli.forecast:command", "Foresee how each level's month may end."),
    CommandEntry("load", "remit.cli.load:command", "Load an export into a store of facts, as one version."),
    CommandEntry("loads", "remit.cli.loads:command", "List the loads of a store: files, counts, who and when."),
    CommandEntry("restate", "remit.cli.restate:command", "Show what later loads changed in a settled month."),
    CommandEntry("store", "remit.cli.store:command", "Check, compact or vacuum a store; withdraw a load."),
    CommandEntry("web", "remit.cli.web:command", "Serve the site: pages, API and background work."),
    CommandEntry(
        "administrator", "remit.cli.administrator:command", "Name an administrator; print the link to sign in."
    ),
    CommandEntry("audit", "remit.cli.audit:command", "Verify or export the trail of what people did."),
    CommandEntry("working-time", "remit.cli.working_time:command", "Open seconds between two instants, or a due time."),
    CommandEntry("holidays", "remit.cli.holidays:command", "Propose public holidays as dates to write in a contract."),
    CommandEntry("schema", "remit.cli.schema:command", "Print the contract format's JSON Schema or reference page."),
    CommandEntry("generate", "remit.cli.generate:command", "Generate the facts of an example, dirty as life."),
    CommandEntry("demo", "remit.cli.demo:command", "Generate a contact centre's year, settle it and show it."),
)


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    examples="""
    remit check contract.yaml
    remit settle contract.yaml --facts facts/ --period 2026-03
    remit explain contract.yaml SL1 --facts facts/ --period 2026-03 --missed
    """,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="remit %(version)s")
@click.option("--debug", is_flag=True, envvar="REMIT_DEBUG", help="Show the traceback of a fault in Remit itself.")
def remit(*, debug: bool) -> None:
    """A contract file and a provider's raw records in; a settled month out, each number open down to its records.

    Exit status: 0 done; 1 problems in what was given (listed on standard error); 2 wrong usage;
    70 a fault of Remit's own.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and give the exit status."""
    return exit_status_of(remit, sys.argv[1:] if arguments is None else list(arguments))


def exit_status_of(command: click.Command, arguments: list[str]) -> int:
    """Run a command to its exit status; no outcome, Ctrl-C and a closed pipe among them, leaves a stray traceback."""
    with stops_noted() as stops:
        status = _status_of(command, arguments)
    return ExitStatus.TERMINATED if status == ExitStatus.INTERRUPTED and stops.is_terminated else status


def _status_of(command: click.Command, arguments: list[str]) -> int:
    is_debugging = "--debug" in arguments
    try:
        with command.make_context("remit", arguments) as context:
            is_debugging = bool(context.params.get("debug"))
            outcome = command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as exiting:
        return exiting.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return ExitStatus.OUTPUT_CLOSED
    except click.ClickException as refused:
        refused.show()
        return refused.exit_code
    except Exception as fault:  # noqa: BLE001 - the outermost door: whatever is left is told in one sentence
        return _status_of_exception(fault, is_debugging=is_debugging)
    return outcome if isinstance(outcome, int) else ExitStatus.DONE


def _status_of_exception(fault: Exception, *, is_debugging: bool) -> ExitStatus:
    if isinstance(fault, ProblemsFound):
        print_problems(fault.problems)
        return ExitStatus.PROBLEMS
    if is_debugging:
        traceback.print_exception(fault)
    if isinstance(fault, OSError) and fault.filename is not None:
        # A file that can't be opened or written is the user's to mend, whichever stage came upon it.
        print_problems([Problem(str(fault.filename), 0, "", fault.strerror or type(fault).__name__)])
        return ExitStatus.PROBLEMS
    if is_debugging:
        return ExitStatus.FAULT
    told = " ".join(str(fault).split())
    click.echo(
        f"remit stopped at a fault of its own: {type(fault).__name__}{f': {told}' if told else ''}; "
        "set REMIT_DEBUG=1 and run it again for the traceback to report",
        err=True,
    )
    return ExitStatus.FAULT


def _silence_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, else Python complains as it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
