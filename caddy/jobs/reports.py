"""Reports: the maker of each kind, and the three sorts of file that come of what it made."""

from __future__ import annotations

from collections.abc import Sequence

from caddy.domain import spreadsheets
from caddy.domain.errors import Forbidden
from caddy.domain.files import clean_stem
from caddy.domain.report_kinds import ReportKind
from caddy.domain.reports import Maker, Paper
from caddy.domain.tasks import MadeFile, Progress, TakenTask
from caddy.queue import resolve

MAKERS: dict[ReportKind, str] = {
    ReportKind.CLAIM: "caddy.jobs.paper_claim.make_claim",
    ReportKind.INVOICE: "caddy.jobs.paper_claim.make_invoices",
    ReportKind.STATEMENT: "caddy.jobs.paper_statement.make",
    ReportKind.BUDGET: "caddy.jobs.paper_budget.make",
    ReportKind.COMPLIANCE: "caddy.jobs.paper_compliance.make",
}
PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_report(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Make a report with the rights that the one who asked for it has now."""
    kind = ReportKind(task.params["kind"])
    if not task.actor.may(kind.needs):
        raise Forbidden("forbidden", "Your role does not include this report any more.")
    maker: Maker = resolve(MAKERS[kind])
    made = maker(task.params, tell, seen_by=task.actor.seen_by)
    return files_of(made)


def files_of(made: Paper) -> list[MadeFile]:
    """Return a report as PDF, as CSV (one a table) and as one XLSX of all tables."""
    stem = clean_stem(made.stem)
    files = [MadeFile(f"{stem}.pdf", PDF, made.pdf)]
    for place, table in enumerate(made.tables):
        name = stem if place == 0 else f"{stem}, {clean_stem(table.name)}"
        files.append(MadeFile(f"{name}.csv", CSV, spreadsheets.as_csv(table)))
    if made.tables:
        files.append(MadeFile(f"{stem}.xlsx", XLSX, spreadsheets.as_xlsx(*made.tables)))
    return files
