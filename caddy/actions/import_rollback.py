"""Taking back a whole import: what it made goes, what it changed is as it was, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import import_undo, import_undo_people
from caddy.actions.import_batches import held
from caddy.audit import Happened
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.runs import ImportState, RowOutcome, check_reversible
from caddy.domain.words import say_list
from caddy.extensions import db
from caddy.models import IdMapping, Import, ImportRow
from caddy.queries import import_dependents
from caddy.queries.import_subjects import SUBJECTS
from caddy.transaction import transaction

AT_ONCE = 500
Undo = Callable[[Import, ImportRow], Any]

UNDO_CHANGE: dict[ImportKind, Undo] = {
    ImportKind.PARTICIPANTS: import_undo_people.undo_participant,
    ImportKind.PLANS: import_undo_people.undo_participant,
    ImportKind.STAFF: import_undo.undo_user,
    ImportKind.AGREEMENTS: import_undo.undo_agreement,
    ImportKind.CATALOGUE: import_undo.undo_item,
}
REMOVE: dict[ImportKind, Callable[[UUID], None]] = {
    ImportKind.PARTICIPANTS: import_undo_people.remove_participants,
    ImportKind.STAFF: import_undo.remove_users,
    ImportKind.AGREEMENTS: import_undo.remove_agreements,
    ImportKind.SERVICES: import_undo.remove_services,
    ImportKind.CATALOGUE: import_undo.remove_items,
}


def roll_back(import_id: UUID, *, actor: Actor) -> int:
    """Take back all that an import did; return how many entries. Conflict where it cannot be."""
    try:
        with transaction(actor):
            return _roll_back(import_id)
    except IntegrityError as error:
        raise Conflict(
            "import_in_use", "Something else has come to depend on this import: it stays."
        ) from error


def _roll_back(import_id: UUID) -> int:
    row = held(import_id)
    check_reversible(row.state)
    dependents = import_dependents.of(row)
    if dependents:
        told = say_list([f"{one.count:,} {one.what}" for one in dependents])
        raise Conflict("import_in_use", f"This import cannot be taken back: there are {told}.")
    count = 0
    table = SUBJECTS[row.kind]
    for some in _undone(import_id):
        facts = []
        for one in some:
            if one.outcome is RowOutcome.UPDATED and one.before:
                UNDO_CHANGE[row.kind](row, one)
            if one.subject_id is not None:
                was = {"import_id": import_id, "was": one.outcome.value}
                facts.append(Happened(Fact.IMPORT_ROW_UNDONE, table, one.subject_id, was))
        audit.record_many(facts)
        count += len(some)
    if row.kind in REMOVE:
        REMOVE[row.kind](import_id)
    db.session.execute(
        delete(IdMapping)
        .where(IdMapping.import_id == import_id)
        .execution_options(synchronize_session=False)
    )
    row.state = ImportState.ROLLED_BACK
    row.finished_at = clock.now()
    audit.record(Fact.IMPORT_ROLLED_BACK, row, changes={"entries": count})
    return count


def _undone(import_id: UUID) -> Iterator[list[ImportRow]]:
    """Yield what was made or changed, the last first: of two changes the earlier counts."""
    last: UUID | None = None
    while True:
        statement = (
            select(ImportRow)
            .where(ImportRow.import_id == import_id)
            .where(ImportRow.outcome.in_([RowOutcome.CREATED, RowOutcome.UPDATED]))
            .order_by(ImportRow.id.desc())
            .limit(AT_ONCE)
        )
        rows = list(db.session.scalars(statement.where(ImportRow.id < last) if last else statement))
        if not rows:
            return
        yield rows
        last = rows[-1].id
