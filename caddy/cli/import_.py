"""`caddy import`: load files, through the same actions as the pages."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Load a file, such as the NDIA's Support Catalogue."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def catalogue(file: Path, slug: str | None, as_json: bool) -> None:
    """Load an NDIA Support Catalogue, .csv or .xlsx, of any year."""
    from dataclasses import asdict

    from caddy.actions import catalogue as actions
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.actor import Source, system_actor

    with app_context(), organization_scope(slug) as organization_id, file.open("rb") as stream:
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        report = actions.load(stream, file.name, actor=actor)
    answer(
        asdict(report),
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

    from flask_migrate import upgrade

    from caddy.actions.archives import load_archive
    from caddy.cli import answer, app_context, progress_bar
    from caddy.queries import schema

    with app_context() as app:
        app.config["CADDY"].var.mkdir(parents=True, exist_ok=True)
        if schema.current() is None:
            upgrade()
        with (
            file.open("rb") as stream,
            progress_bar("Reading", 100, show=not as_json) as advance,
        ):
            report = load_archive(stream, tell=lambda done, of: advance(done * 100 // max(1, of)))
    lines = [f"{report.organization} is here: {report.rows:,} rows and {report.files:,} files."]
    lines += [f"A total differs: {one}" for one in report.differences]
    answer(asdict(report), as_json, "\n".join(lines))
