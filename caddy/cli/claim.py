"""`caddy claim`: build, write, send and answer claims, through the same actions as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from uuid import UUID

    from caddy.domain.actor import Actor
    from caddy.models import Claim
    from caddy.queries.claim_files import SentFile

DAY = click.DateTime(["%Y-%m-%d"])
MANAGEMENT = ("self_managed", "plan_managed", "ndia_managed")

organization_option = click.option("--organization", "slug", help="The organization's slug.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")


@click.group()
def command() -> None:
    """Build, write, send and answer claims."""


@command.command()
@organization_option
@click.option("--from", "first", type=DAY, required=True, help="The first day: 2025-11-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--management", type=click.Choice(MANAGEMENT), help="Only plans managed so.")
@json_option
def build(
    slug: str | None, first: datetime, last: datetime, management: str | None, as_json: bool
) -> None:
    """Put delivered services on a draft claim; list what is held back and why."""
    from caddy.actions import claims
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.money import dollars
    from caddy.domain.participants import PlanManagement
    from caddy.queries import claim_files
    from caddy.queries import claims as reads

    with app_context(), organization_scope(slug) as organization_id:
        wanted = claims.ClaimWanted(
            first.date(),
            last.date(),
            management=PlanManagement(management) if management else None,
        )
        built = claims.build_claim(wanted, actor=_actor(organization_id))
        claim = reads.one(built.id) if built.id else None
        files = [one.file_name for one in claim_files.rendered(claim, _today())] if claim else []
    held = [one.as_json() for one in built.held_back]
    found = {
        "number": built.number,
        "lines": built.lines,
        "services": built.services,
        "total_cents": built.total_cents,
        "held_back": held,
        "files": files,
    }
    said = (
        f"{built.number}: {built.lines:,} lines, {dollars(built.total_cents)}."
        if built.number
        else "There is nothing to claim."
    )
    answer(found, as_json, "\n".join([said, *map(_held, held)]))


def _held(one: dict[str, Any]) -> str:
    why = " ".join(reason["sentence"] for reason in one["reasons"])
    return f"  Held back: {one['participant']}, {one['service_on']}, {one['item_number']}. {why}"


@command.command()
@click.argument("claim")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to; made where it is not there.",
)
@organization_option
@json_option
def files(claim: str, out: Path, slug: str | None, as_json: bool) -> None:
    """Write a claim's files: as they were sent, or as a draft's would be."""
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.claims import SENT
    from caddy.queries import claim_files

    with app_context(), organization_scope(slug):
        found = _claim(claim)
        is_sent = found.status in SENT
        some = claim_files.kept(found.id) if is_sent else claim_files.rendered(found, _today())
        told = {**_told(found), "files": _write(some, out)}
    answer(told, as_json, f"Wrote {len(some)} files to {out}.")


def _write(some: Sequence[SentFile], out: Path) -> list[dict[str, Any]]:
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for one in some:
        (out / one.file_name).write_bytes(one.content)
        written.append(
            {
                "name": one.file_name,
                "kind": one.kind,
                "rows": one.row_count,
                "total_cents": one.total_cents,
                "sha256": one.sha256,
            }
        )
    return written


@command.command()
@click.argument("claim")
@organization_option
@json_option
def submit(claim: str, slug: str | None, as_json: bool) -> None:
    """Keep a draft's files as they are sent and bill its services."""
    from caddy.actions import claims
    from caddy.cli import answer, app_context, organization_scope

    with app_context(), organization_scope(slug) as organization_id:
        found = _claim(claim)
        done = claims.submit_claim(found.id, actor=_actor(organization_id))
        told = {**_told(found), "status": done.status, "files": list(done.file_names)}
    answer(told, as_json, f"{done.number} is submitted: {', '.join(done.file_names)}.")


@command.command()
@click.argument("claim")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@organization_option
@json_option
def result(claim: str, file: Path, slug: str | None, as_json: bool) -> None:
    """Load the answer to a claim: what was paid, part paid and rejected, and what to do."""
    from caddy.actions.claim_results import load_result
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.money import dollars
    from caddy.queries import claims as reads

    with app_context(), organization_scope(slug) as organization_id:
        found = _claim(claim)
        report = load_result(
            file.read_bytes(), file.name, actor=_actor(organization_id), claim_id=found.id
        )
        after = reads.one(found.id) or found
        told = {**_told(after), **report, "lines": after.line_count, "results": report["lines"]}
    answer(
        told,
        as_json,
        f"{told['number']} is {told['status']}: {report['paid']} paid, {report['part_paid']} "
        f"part paid, {report['rejected']} rejected, {len(report['unknown'])} unknown; "
        f"{dollars(report['paid_cents'])}.",
    )


def _claim(number: str) -> Claim:
    from caddy.domain.errors import NotFound
    from caddy.queries import claims as reads

    found = reads.by_number(number)
    if found is None:
        raise NotFound("claim")
    return found


def _told(claim: Claim) -> dict[str, Any]:
    return {
        "number": claim.shown_number,
        "status": claim.status,
        "lines": claim.line_count,
        "total_cents": claim.total_cents,
        "paid_cents": claim.paid_cents,
        "rejected_cents": claim.rejected_cents,
    }


def _today() -> Any:
    from caddy import clock
    from caddy.queries import organizations

    return clock.today(organizations.current().timezone)


def _actor(organization_id: UUID) -> Actor:
    from caddy.domain.actor import Source, system_actor

    return system_actor(organization_id, "Command", Source.COMMAND)
