"""How the `remit` command holds its parts: each is imported only when it is called, and shows examples in its help."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One line of the command table: the word typed, `module:name` where the command stands, its line of help."""

    name: str
    place: str
    help: str

    @property
    def is_present(self) -> bool:
        """Whether the module exists in this installation; looking does not import it."""
        return find_spec(self.place.partition(":")[0]) is not None

    def load(self) -> click.Command:
        module, _, name = self.place.partition(":")
        loaded = getattr(import_module(module), name)
        if not isinstance(loaded, click.Command):
            raise TypeError(f"{self.place} is not a command")
        return loaded


class WithExamples(click.Command):
    """A command whose help ends with examples, given as `examples=`: lines printed as they stand, under a heading."""

    def __init__(self, *args: Any, examples: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = inspect.cleandoc(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            indent = " " * formatter.current_indent
            for line in self.examples.splitlines():
                formatter.write(f"{indent}{line}".rstrip() + "\n")


class GroupWithExamples(WithExamples, click.Group):
    """A group whose help ends with examples."""


class LazyGroup(WithExamples, click.Group):
    """A group made from a table, so that its help imports none of its commands.

    An entry whose module is not in this installation is left out as if it had never been written; the others
    go on working.
    """

    def __init__(self, *args: Any, entries: Iterable[CommandEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in self.entries.values() if entry.is_present]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        return entry.load() if entry is not None and entry.is_present else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.entries[name].help) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
