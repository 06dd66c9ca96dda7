"""`caddy backup`: the whole installation in one file, while it runs; and whether one is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from caddy.actions.backups import BackupReport

MOST_TOLD = 20


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--verify", "is_verify", is_flag=True, help="Read FILE and say whether it is sound.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def command(file: Path, is_verify: bool, as_json: bool) -> None:
    """Write the database and every stored file into FILE; with --verify, read FILE and check it.

    Exits 1 where the backup could not be made or is not sound, 2 where the words are wrong.
    """
    from caddy.cli import app_context

    if is_verify and not file.is_file():
        raise click.UsageError(f"There is no file {file}.")
    with app_context():
        if is_verify:
            _verify(file, as_json)
        else:
            _write(file, as_json)


def _write(file: Path, as_json: bool) -> None:
    from dataclasses import asdict

    from caddy.actions.backups import write_backup
    from caddy.cli import answer, whole_file
    from caddy.database_copies import CopyFailed
    from caddy.domain.errors import RuleBroken

    try:
        with whole_file(file) as stream:
            report = write_backup(stream)
    except CopyFailed as failure:
        raise RuleBroken("file", "backup_failed", str(failure)) from failure
    answer({"file": str(file), **asdict(report)}, as_json, _sentence(file, report))


def _sentence(file: Path, report: BackupReport) -> str:
    return (
        f"{file}: {report.engine}, version {report.schema}, {report.files:,} files, "
        f"{report.bytes:,} bytes in all."
    )


def _verify(file: Path, as_json: bool) -> None:
    """Read every member, open the database and compare every total with its rows."""
    import sys
    from dataclasses import asdict

    from caddy.actions.backups import database_of, read_backup
    from caddy.cli import answer, progress_bar
    from caddy.database_copies import CopyFailed
    from caddy.domain.errors import RuleBroken

    problems: list[str] = []
    found: dict[str, Any] = {"file": str(file), "totals_checked": False}
    try:
        with (
            file.open("rb") as stream,
            progress_bar("Reading", 100, show=not as_json) as advance,
        ):
            pack, report = read_backup(stream, lambda done, of: advance(done * 100 // max(1, of)))
            found |= asdict(report)
            with database_of(pack, report) as place:
                problems += _differences(place, report)
                found["totals_checked"] = True
    except RuleBroken as refusal:
        problems.append(refusal.message)
    except CopyFailed as failure:
        found["totals_not_checked_because"] = str(failure)
    told = {**found, "is_sound": not problems, "problems": problems}
    lines = problems or [
        f"{file} is sound: every member is as it was written"
        + (", and every total is what its rows sum to." if found["totals_checked"] else ".")
    ]
    if "totals_not_checked_because" in found:
        lines.append(f"The totals were not checked: {found['totals_not_checked_because']}")
    answer(told, as_json, "\n".join(lines))
    if problems:
        sys.exit(1)


def _differences(place: Path, report: BackupReport) -> list[str]:
    """Open the copy with an app of its own, as a restore would, and return what does not add up."""
    from itertools import islice

    from caddy import create_app, schema
    from caddy.config import load_settings
    from caddy.database_copies import opened
    from caddy.extensions import db
    from caddy.queries import checks, organizations
    from caddy.tenancy import scope

    found = []
    with opened(place, report.engine) as address:
        both = {"database_url": address, "migration_database_url": address}
        app = create_app(load_settings().model_copy(update=both))
        with app.app_context():
            if report.schema != schema.newest() and report.schema in schema.known():
                # As after a restore: a backup of last year is checked with today's rules.
                schema.upgrade()
            for one in organizations.listed():
                organization_id = organizations.by_slug(one.slug)
                if organization_id is None:
                    continue
                with scope(organization_id):
                    found += [
                        f"{one.slug}: {each.what} {each.id}: {each.column} is {each.stored}, "
                        f"its rows sum to {each.summed}"
                        for each in islice(checks.differences(), MOST_TOLD)
                        if each.column != "rolled_on"  # a copy of last week was rolled last week
                    ]
            db.session.remove()
            db.engine.dispose()
    return found
