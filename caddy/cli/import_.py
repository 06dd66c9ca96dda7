"""`caddy import`: load files, through the same actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
HELP = {
    "participants": "Load participants, with their plans where the file has them.",
    "plans": "Load plans and budgets of participants who are here already.",
    "staff": "Load members of staff.",
    "agreements": "Load service agreements.",
    "services": "Load services that were delivered.",
}


@click.group()
def command() -> None:
    """Load a file of another system, such as its participants, or the Support Catalogue.

    Rows are matched by NDIS number, staff by email: the same file twice changes nothing.
    """


def _of_kind(kind: str) -> Callable[..., None]:
    def run(
        file: Path,
        slug: str | None,
        map_file: Path | None,
        is_trial: bool,
        source_system: str,
        as_json: bool,
        plans: Path | None = None,
    ) -> None:
        from caddy.cli.imports import Wanted, load

        load(Wanted(kind, file, slug, map_file, is_trial, as_json, plans, source_system))

    run.__doc__ = HELP[kind]
    return run


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("file", type=FILE),
    click.option("--organization", "slug", help="The organization's slug."),
    click.option(
        "--map", "map_file", type=FILE, help='Columns by field, as JSON: {"ndis_number": "No"}.'
    ),
    click.option(
        "--dry-run", "is_trial", is_flag=True, help="Say what would happen; load nothing."
    ),
    click.option("--source", "source_system", default="", help="The old system, for its ids."),
    click.option("--json", "as_json", is_flag=True, help="Print the result for machines."),
)

for _kind in HELP:
    _run: Any = _of_kind(_kind)
    for _option in reversed(OPTIONS):
        _run = _option(_run)
    if _kind == "participants":
        _run = click.option("--plans", type=FILE, help="A second file, of their plans.")(_run)
    command.command(name=_kind)(_run)


@command.command()
@click.argument("file", type=FILE)
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--map", "map_file", type=FILE, help="Columns by field, as JSON.")
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what would happen; load nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def catalogue(
    file: Path, slug: str | None, map_file: Path | None, is_trial: bool, as_json: bool
) -> None:
    """Load an NDIA Support Catalogue, .csv or .xlsx, of any year."""
    from dataclasses import asdict

    from caddy.actions import catalogue as actions
    from caddy.cli import answer, app_context, organization_scope
    from caddy.cli.imports import Wanted, load
    from caddy.domain.actor import Source, system_actor

    if map_file is not None or is_trial:
        load(Wanted("catalogue", file, slug, map_file, is_trial, as_json))
        return
    with app_context(), organization_scope(slug) as organization_id, file.open("rb") as stream:
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        report = actions.load(stream, file.name, actor=actor)
    told = {**asdict(report), "skipped": report.unchanged, "failed": 0, "errors": []}
    answer(
        told,
        as_json,
        f"{report.rows:,} rows: {report.created:,} new, {report.updated:,} changed, "
        f"{report.unchanged:,} as they were.",
    )


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def archive(file: Path, as_json: bool) -> None:
    """Load an archive of a whole organization, made by `caddy export archive`, whole or not at all.

    The installation must not have that organization; an empty database gets its tables first.
    """
    from dataclasses import asdict

    from caddy import schema
    from caddy.actions.archives import load_archive
    from caddy.cli import answer, app_context, progress_bar

    with app_context() as app:
        app.config["CADDY"].var.mkdir(parents=True, exist_ok=True)
        if schema.current() is None:
            schema.upgrade()
        with (
            file.open("rb") as stream,
            progress_bar("Reading", 100, show=not as_json) as advance,
        ):
            report = load_archive(stream, tell=lambda done, of: advance(done * 100 // max(1, of)))
    lines = [f"{report.organization} is here: {report.rows:,} rows and {report.files:,} files."]
    lines += [f"A total differs: {one}" for one in report.differences]
    answer(asdict(report), as_json, "\n".join(lines))
