"""One participant's whole record as a file to download, with its summary on paper."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caddy import clock
from caddy.actions import records as actions
from caddy.domain.errors import NotFound
from caddy.domain.files import clean_stem
from caddy.domain.ndis.categories import category_name
from caddy.domain.tasks import MadeFile, Progress, TakenTask
from caddy.extensions import db
from caddy.jobs import paper
from caddy.jobs.archives import ZIP
from caddy.pdf import PdfUnavailable
from caddy.queries import letterheads, organizations, records, visibility

NO_PDF = " Without the summary on paper: PDFs cannot be made on this machine."


def make_record(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Make the record of a participant, with the rights its asker has now."""
    participant_id = UUID(task.params["participant_id"])
    pdf, stem = _summary(participant_id, task)
    made = actions.make_record(participant_id, pdf, actor=task.actor, tell=tell)
    said = f"{made.rows:,} rows and {made.documents:,} documents."
    if made.missing:
        said += f" {made.missing:,} documents could not be found in the storage."
    task.say(said + ("" if pdf else NO_PDF))
    return [MadeFile(f"{stem}.zip", ZIP, made.file)]


def _summary(participant_id: UUID, task: TakenTask) -> tuple[bytes | None, str]:
    """Return the summary as PDF, or None where none can be made, and the name of the file."""
    found = records.summary(participant_id)
    if found is None or not visibility.is_seen(participant_id, task.actor.seen_by):
        raise NotFound("participant")
    name = found.participant.name
    try:
        pdf = paper.short_pdf(
            "record.html",
            f"Record of {name}",
            letterheads.head(),
            assets=letterheads.assets(),
            record=found,
            made_on=clock.today(organizations.current().timezone),
            category_name=category_name,
            most=records.MOST_SHOWN,
        )
    except PdfUnavailable:
        pdf = None
    db.session.close()
    return pdf, clean_stem(f"Record of {name}")
