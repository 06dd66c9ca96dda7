"""What the commands `caddy import …` share: a file tried or loaded, and what came of it."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from caddy.actions.import_batches import Report, Tell
    from caddy.domain.actor import Actor
    from caddy.domain.imports.kinds import ImportKind

SOME_FAILED = 1
WRONG_USE = 2
ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command was asked to load, and how."""

    kind: str
    file: Path
    slug: str | None
    map_file: Path | None
    is_trial: bool
    as_json: bool
    plans: Path | None = None
    source_system: str = ""


def load(wanted: Wanted) -> None:
    """Try or load a file and say what came of it; exits with 1 where a row failed."""
    from caddy.cli import app_context, organization_scope, progress_bar
    from caddy.domain.actor import Source, system_actor
    from caddy.domain.errors import RuleBroken
    from caddy.domain.imports.kinds import ImportKind

    kind = ImportKind(wanted.kind)
    with app_context(), organization_scope(wanted.slug) as organization_id:
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        label = "Trying" if wanted.is_trial else "Loading"
        with progress_bar(label, 100, show=not wanted.as_json) as bar:

            def tell(done: int, of: int) -> None:
                bar(min(100, done * 100 // of) if of else 100)

            try:
                found = _load(wanted, kind, tell, actor)
            except RuleBroken as error:
                if error.field in {"mapping", "file", "plans"} or error.code == "columns_missing":
                    raise click.UsageError(error.message) from error
                raise
    click.echo(json.dumps(found, default=str, indent=2) if wanted.as_json else said(found, wanted))
    if found["failed"]:
        sys.exit(SOME_FAILED)


def _load(wanted: Wanted, kind: ImportKind, tell: Tell, actor: Actor) -> dict[str, Any]:
    from caddy.actions import import_batches, imports
    from caddy.actions.import_files import Incoming
    from caddy.queries import imports as reads

    with ExitStack() as open_files:

        def incoming(path: Path) -> Incoming:
            return Incoming(open_files.enter_context(path.open("rb")), path.name)

        new = imports.NewImport(
            kind,
            incoming(wanted.file),
            incoming(wanted.plans) if wanted.plans else None,
            wanted.source_system,
        )
        chosen = _chosen(wanted.map_file)
        if wanted.is_trial:
            return _told(imports.try_files(new, chosen, tell, actor=actor))
        import_id = imports.add_import(new, actor=actor)
    row = reads.get(import_id)
    mappings = [one["mapping"] for one in row.files]
    if chosen is not None:
        mappings[0] = chosen
    imports.choose_columns(import_id, mappings, actor=actor)
    imports.mark_ready(import_id, actor=actor)
    counts = import_batches.run_import(import_id, tell, actor=actor)
    return {
        "import_id": str(import_id),
        **import_batches.counts_json(counts),
        "errors": reads.errors(import_id),
    }


def _chosen(map_file: Path | None) -> dict[str, str] | None:
    """Return the columns of a map file: `{"field": "Column title"}`."""
    if map_file is None:
        return None
    try:
        found = json.loads(map_file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise click.UsageError(f"{map_file.name} is not JSON: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise click.UsageError(
            f'{map_file.name} maps fields to columns: {{"ndis_number": "NDIS No"}}.'
        )
    return found


def _told(report: Report) -> dict[str, Any]:
    from caddy.actions.import_batches import counts_json

    return {
        "dry_run": True,
        **counts_json(report.counts),
        "errors": report.errors,
        "first": report.first,
    }


def said(found: dict[str, Any], wanted: Wanted) -> str:
    """Return what came of a file, for people."""
    would = "would be " if wanted.is_trial else ""
    sentence = (
        f"{wanted.file.name}: {found['created']:,} {would}new, {found['updated']:,} {would}"
        f"changed, {found['skipped']:,} as they were, {found['failed']:,} "
        f"{'would fail' if wanted.is_trial else 'failed'}."
    )
    lines = [sentence]
    for error in found["errors"][:ERRORS_SHOWN]:
        field = f", {error['field']}" if error["field"] else ""
        lines.append(f"  Row {error['row']}{field}: {error['reason']}")
    more = len(found["errors"]) - ERRORS_SHOWN
    if more > 0:
        lines.append(f"  And {more:,} more; --json lists them all.")
    return "\n".join(lines)
