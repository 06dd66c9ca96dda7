"""An evidence pack as a file to download: the report on paper, then everything around it."""

from __future__ import annotations

from collections.abc import Sequence

from caddy import clock
from caddy.actions import evidence as actions
from caddy.domain.evidence import gives_evidence, module_of
from caddy.domain.files import clean_stem
from caddy.domain.periods import days_of
from caddy.domain.spreadsheets import Table
from caddy.domain.tasks import MadeFile, Progress, TakenTask
from caddy.extensions import db
from caddy.jobs import paper_compliance
from caddy.jobs.archives import ZIP
from caddy.pdf import PdfUnavailable
from caddy.queries import organizations
from caddy.queries.registers import all_registers

NO_PDF = " Without the report on paper: PDFs cannot be made on this machine."


def make_evidence(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Make the pack of a period and a module, with the rights its asker has now."""
    pdf, tables = _report(task)
    tell(10, 100)
    db.session.close()
    made = actions.make_evidence(task.params, pdf, tables, actor=task.actor, tell=tell)
    said = (
        f"{made.registers:,} registers, {made.documents:,} documents and {made.entries:,} entries "
        "of the audit log, "
    )
    said += "each as it was written." if made.is_whole else "NOT all of them as they were written."
    if made.missing:
        said += f" {made.missing:,} documents could not be found in the storage."
    task.say(said + ("" if pdf else NO_PDF))
    days = days_of(task.params)
    return [MadeFile(f"{clean_stem(f'Evidence {days.words}')}.zip", ZIP, made.kept)]


def _report(task: TakenTask) -> tuple[bytes | None, Sequence[Table]]:
    """Return the report as PDF, or None where none can be made, and its registers as tables."""
    try:
        made = paper_compliance.make(
            task.params, lambda _done, _of: None, seen_by=task.actor.seen_by
        )
    except PdfUnavailable:
        days, module = days_of(task.params), module_of(task.params)
        today = clock.today(organizations.current().timezone)
        found = all_registers(days, today)
        return None, [one.table for one in found if gives_evidence(one.key, module)]
    return made.pdf, made.tables
