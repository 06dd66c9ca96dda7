"""`caddy restore`: put a backup in the place of what an installation holds."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Do it although there is an organization here.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def command(file: Path, replace: bool, as_json: bool) -> None:
    """Put a backup made by `caddy backup` in the place of everything here, whole or not at all.

    Stop the web server, the workers and the schedule first. Refuses over an installation that
    holds an organization, unless --replace says that it is to go.
    """
    from dataclasses import asdict

    from caddy import schema
    from caddy.actions.backups import restore_backup
    from caddy.cli import answer, app_context, progress_bar

    with app_context() as app:
        app.config["CADDY"].var.mkdir(parents=True, exist_ok=True)
        with (
            file.open("rb") as stream,
            progress_bar("Reading", 100, show=not as_json) as advance,
        ):
            report = restore_backup(
                stream,
                replace=replace,
                tell=lambda done, of: advance(done * 100 // max(1, of)),
            )
        is_old = report.schema != schema.newest()
    lines = [f"{file} is restored: the database and {report.files:,} files, of {report.made_at}."]
    if is_old:
        lines.append("Its tables are of an older version: run `caddy migrate` now.")
    answer(
        {"file": str(file), **asdict(report), "needs_migration": is_old}, as_json, "\n".join(lines)
    )
