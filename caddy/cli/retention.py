"""`caddy retention`: who could be erased and why, and erasing them, as the pages do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from caddy.queries.retention import Due

organization_option = click.option("--organization", "slug", help="The organization's slug.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")


@click.group()
def command() -> None:
    """Say whose records are older than they are kept, and erase them."""


@command.command()
@organization_option
@json_option
def report(slug: str | None, as_json: bool) -> None:
    """List who could be erased and who is kept back, and why. Nothing is changed."""
    from dataclasses import asdict

    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.retention import RetentionKind
    from caddy.queries import retention, retention_staff

    with app_context(), organization_scope(slug):
        today = _today()
        staff, staff_due = retention_staff.to_erase(today), retention_staff.count(today)
        counted = retention.numbers(today, seen_by=None)
        due = retention.to_erase(today, seen_by=None)
        kept = retention.held_back(today, seen_by=None)
        found = {
            "years": retention.years_of(RetentionKind.PARTICIPANTS),
            "due": counted.due,
            "kept_back": counted.kept_back,
            "by_reason": {reason.value: count for reason, count in counted.by_reason.items()},
            "participants": [_told(one) for one in (*due, *kept)],
            "staff_years": retention.years_of(RetentionKind.STAFF),
            "staff_due": staff_due,
            "staff": [asdict(one) for one in staff],
        }
    lines = [f"{counted.due:,} could be erased, {counted.kept_back:,} are kept back."]
    lines += [f"  {one.name}, last service {one.standing.last_on}" for one in due]
    lines += [f"  {one.name} is kept. {_why(one)}" for one in kept]
    lines += [f"{_left(staff_due)} could be erased."]
    lines += [f"  {one.name}, last here {one.last_on}" for one in staff]
    answer(found, as_json, "\n".join(lines))


@command.command()
@organization_option
@click.option(
    "--only",
    type=click.Choice(["participants", "staff"]),
    help="Erase one of the two kinds of records alone.",
)
@click.option("--yes", is_flag=True, help="Do not ask: erase those whom the report lists.")
@json_option
def erase(slug: str | None, only: str | None, yes: bool, as_json: bool) -> None:
    """Erase the participants and the staff whom the report lists, at most 50 of each at once."""
    from dataclasses import asdict

    from caddy.actions import erasure, erasure_staff
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.actor import Source, system_actor
    from caddy.queries import retention, retention_staff

    with app_context(), organization_scope(slug) as organization_id:
        today = _today()
        due = [one.id for one in retention.to_erase(today, seen_by=None)] if only != "staff" else []
        left = [one.id for one in retention_staff.to_erase(today)] if only != "participants" else []
        asked = " and ".join(
            [*([_people(len(due))] if due else []), *([_left(len(left))] if left else [])]
        )
        if asked and not yes:
            click.confirm(f"Erase {asked}? It cannot be undone.", abort=True, err=True)
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        done, staff = erasure.Erased(), 0
        if due:
            done = erasure.erase_participants(due, len(due), actor=actor)
        if left:
            staff, _ = erasure_staff.erase_each(left, lambda _done, _all: None, actor=actor)
        still = retention.numbers(today, seen_by=None).due + retention_staff.count(today)
    said = (
        f"Erased: {_people(done.participants)}, {_left(staff)}, {done.files:,} files of "
        f"participants. Services whose money stays: {done.services:,}. "
        f"{still:,} could still be erased."
    )
    answer({**asdict(done), "staff": staff, "left": still}, as_json, said)


def _told(one: Due) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "last_on": one.standing.last_on,
        "services": one.services,
        "files": one.files,
        "kept_because": [reason.value for reason in one.kept],
    }


def _people(count: int) -> str:
    return "1 participant" if count == 1 else f"{count} participants"


def _left(count: int) -> str:
    return "1 person who left" if count == 1 else f"{count:,} people who left"


def _why(one: Due) -> str:
    return " ".join(reason.sentence for reason in one.kept)


def _today() -> Any:
    from caddy import clock
    from caddy.queries import organizations

    return clock.today(organizations.current().timezone)
