"""`caddy keys`: the keys that health details are encrypted with."""

from __future__ import annotations

import sys
from uuid import UUID

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")


@click.group()
def command() -> None:
    """Make a key, list the ring, and encrypt anew under its first key."""


@command.command()
@click.argument("name", required=False)
@json_option
def new(name: str | None, as_json: bool) -> None:
    """Print a new key as CADDY_KEYS lists it. NAME is its id; by default, today's date."""
    from caddy import clock
    from caddy.cli import answer
    from caddy.domain.key_ring import new_entry

    key_id = name or clock.now().date().isoformat()
    try:
        entry = new_entry(key_id)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(
        "Put it before what CADDY_KEYS holds, with a comma between, and keep it apart from the "
        "backups: without it nobody reads what it encrypted.",
        err=True,
    )
    answer({"id": key_id, "entry": entry}, as_json, entry)


@command.command(name="list")
@json_option
def list_keys(as_json: bool) -> None:
    """List the keys' ids and how many values each has encrypted. The keys stay hidden."""
    from caddy import keys
    from caddy.cli import answer, app_context
    from caddy.queries import encrypted, organizations
    from caddy.tenancy import scope

    with app_context():
        counted = dict.fromkeys((*keys.ids(), encrypted.UNKNOWN), 0)
        for organization_id in organizations.ids():
            with scope(organization_id):
                for key_id, number in encrypted.by_key().items():
                    counted[key_id] += number
        first = keys.ids()[0]
    unknown = counted.pop(encrypted.UNKNOWN)
    told = [{"id": one, "encrypts": one == first, "values": n} for one, n in counted.items()]
    lines = [
        f"{one}: {number:,} values{', and what is written now' if one == first else ''}"
        for one, number in counted.items()
    ]
    if unknown:
        lines.append(f"{unknown:,} values are under a key that is not in CADDY_KEYS.")
    answer({"keys": told, "unknown": unknown}, as_json, "\n".join(lines))
    if unknown:
        sys.exit(1)


@command.command()
@json_option
def rotate(as_json: bool) -> None:
    """Encrypt everything anew that is not under the first key, while people work.

    What is stopped goes on where it was. Exits 1 where something could not be read.
    """
    from caddy import keys
    from caddy.actions.key_rotation import rotate_keys
    from caddy.cli import answer, app_context, progress_bar
    from caddy.domain.actor import Source, system_actor
    from caddy.queries import encrypted, organizations
    from caddy.tenancy import scope

    rows = left = done = 0
    with app_context():
        key_id, everyone = keys.ids()[0], organizations.ids()
        with progress_bar("Encrypting", _waiting(everyone), show=not as_json) as bar:
            for organization_id in everyone:
                with scope(organization_id):
                    actor = system_actor(organization_id, "Command", Source.COMMAND)
                    for done in rotate_keys(actor=actor):
                        bar(rows + done)
                    left += encrypted.count_waiting()
                rows += done
    said = f"{rows:,} rows are under the key {key_id} now."
    if left:
        said += f" {left:,} rows could not be read or were being written: see `caddy check`."
    answer({"key": key_id, "rows": rows, "left": left}, as_json, said)
    if left:
        sys.exit(1)


def _waiting(everyone: list[UUID]) -> int:
    """Return how many rows are to be encrypted anew, in all organizations."""
    from caddy.queries import encrypted
    from caddy.tenancy import scope

    total = 0
    for organization_id in everyone:
        with scope(organization_id):
            total += encrypted.count_waiting()
    return max(1, total)
