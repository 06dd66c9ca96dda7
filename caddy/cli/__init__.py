"""The `caddy` command. Each subcommand is a module that is loaded when it is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
from flask import Flask

COMMANDS = {
    "audit": "Prove that nobody has changed the audit log.",
    "backup": "Write the whole installation into one file, or check such a file.",
    "check": "Compare the stored totals with the rows that they sum.",
    "claim": "Build, write, send and answer claims.",
    "demo": "Load demo organizations.",
    "export": "Take a whole organization out as one file.",
    "import": "Load a file, such as the NDIA's Support Catalogue.",
    "keys": "Make a key, list the ring, encrypt anew under its first key.",
    "migrate": "Bring the database's tables up to date.",
    "organization": "Set up an organization.",
    "organizations": "List the organizations with their slugs.",
    "price": "Say what a support may cost, and why.",
    "restore": "Put a backup in the place of everything here.",
    "retention": "Say whose records are older than they are kept, and erase them.",
    "schedule": "Move the outbox and look for what is due, until stopped.",
    "schema": "Write the data dictionary from the models.",
    "up": "Start everything on this machine.",
    "user": "Give someone a way to sign in.",
    "words": "Get the words ready for translators, and compile what they did.",
    "worker": "Run jobs until stopped.",
}


class Commands(click.Group):
    """Finds subcommands by name and loads only the one that runs."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"caddy.cli.{name}_" if name == "import" else f"caddy.cli.{name}")
        command: click.Command = module.command
        command.short_help = COMMANDS[name]
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def caddy() -> None:
    """Run a small NDIS provider: everything that a page does, and what only commands do."""


def main() -> None:
    """Run the command; refusals of the rules are one sentence and exit 1."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from caddy.domain.errors import CaddyError

    try:
        caddy.main(prog_name="caddy")
    except CaddyError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as error:
        if not _lacks_tables(error.orig):
            raise
        click.echo("The database has no tables yet. Make them with: caddy migrate", err=True)
        sys.exit(1)


def _lacks_tables(error: BaseException | None) -> bool:
    """Say whether SQLite or PostgreSQL says so; each has its own way."""
    is_undefined = getattr(error, "sqlstate", None) == "42P01"
    return is_undefined or str(error).startswith("no such table")


@contextmanager
def app_context() -> Iterator[Flask]:
    """Do some work inside the app."""
    from caddy import create_app, logs

    app = create_app()
    running = click.get_current_context(silent=True)
    with app.app_context(), logs.working_on(command=running.command_path if running else None):
        yield app


@contextmanager
def organization_scope(slug: str | None) -> Iterator[UUID]:
    """Work as the organization with a slug, or the only one there is."""
    from caddy.queries import organizations
    from caddy.tenancy import scope

    found = organizations.by_slug(slug)
    if not found:
        raise click.UsageError(
            f"There is no organization {slug!r}; see `caddy organizations`."
            if slug
            else "Say which organization with --organization SLUG; see `caddy organizations`."
        )
    with scope(found):
        yield found


def answer(result: Any, as_json: bool, sentence: str) -> None:
    """Print a result for machines, or a sentence for people."""
    click.echo(json.dumps(result, default=str, indent=2) if as_json else sentence)


@contextmanager
def progress_bar(label: str, length: int, *, show: bool) -> Iterator[Callable[[int], None]]:
    """Draw a bar on a terminal; yields a function that takes how much is done."""
    if not show or not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


@contextmanager
def whole_file(place: Path) -> Iterator[BinaryIO]:
    """Write a file that someone named, whole or not at all."""
    from caddy import storage

    if not place.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {place.absolute().parent}.")
    with storage.whole_file(place) as stream:
        yield stream
