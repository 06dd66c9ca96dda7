"""`caddy export`: take a whole organization out of Caddy as one file."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Write a file that holds everything of an organization."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def archive(file: Path, slug: str | None, as_json: bool) -> None:
    """Write everything of an organization into FILE, a ZIP; passwords' hashes are in it too.

    Load it elsewhere with `caddy import archive FILE`, on either database.
    """
    from dataclasses import asdict

    from caddy.actions.archives import write_archive
    from caddy.cli import answer, app_context, organization_scope, progress_bar, whole_file
    from caddy.domain.actor import Source, system_actor

    with app_context(), organization_scope(slug) as organization_id:
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        with (
            whole_file(file) as stream,
            progress_bar("Writing", 100, show=not as_json) as advance,
        ):
            report = write_archive(
                stream, actor=actor, tell=lambda done, of: advance(done * 100 // max(1, of))
            )
    lines = [f"{report.organization}: {report.rows:,} rows and {report.files:,} files in {file}."]
    if report.missing_files:
        lines.append(f"{len(report.missing_files):,} files are not in the storage any more.")
    answer({"file": str(file), **asdict(report)}, as_json, "\n".join(lines))
