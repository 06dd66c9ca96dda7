"""An evidence pack: what an auditor asks for of a period, in one file that proves itself."""

from __future__ import annotations

import csv
import html
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from caddy import audit, clock, storage
from caddy.actions.records import refuse_without_health
from caddy.actions.tasks import add_task
from caddy.config import VERSION
from caddy.domain.actor import Actor
from caddy.domain.errors import Forbidden
from caddy.domain.evidence import kinds_for, module_of
from caddy.domain.evidence_readme import readme
from caddy.domain.facts import Fact
from caddy.domain.files import KeptFile, clean_stem
from caddy.domain.packs import PackWriter, Tell
from caddy.domain.periods import Days, days_of
from caddy.domain.permissions import Permission
from caddy.domain.spreadsheets import Cell, Table, as_csv, safe_text
from caddy.domain.tasks import TaskKind
from caddy.extensions import db
from caddy.models import Organization
from caddy.queries import archives, audit_chain, audit_log, evidence, organizations
from caddy.queries.audit_chain import ChainReport
from caddy.queries.audit_log import AuditFilter, ToldEntry
from caddy.queries.evidence import KeptDocument
from caddy.transaction import transaction

# It holds the audit log, every register and every document: it is for administrators.
NEEDS = Permission.AUDIT_READ
FORMAT = "caddy-evidence"
FORMAT_VERSION = 1
AT_ONCE = 500
INDEX = (
    *("Number", "File", "Title", "Kind", "Of", "Version", "Added", "Expires", "Bytes"),
    *("SHA-256", "Missing"),
)
LOG = ("Number", "When", "Who", "What", "Changed", "Participant", "Fact", "Source", "Address")


def ask_for_evidence(params: Mapping[str, str], *, actor: Actor) -> UUID:
    """Leave an evidence pack to the worker; return the task's id."""
    _check(actor)
    days, module = days_of(params), module_of(params)
    with transaction(actor):
        title = f"Evidence pack: {days.words}" + (f", {module.label}" if module else "")
        return add_task(TaskKind.EVIDENCE, title, params, needs=NEEDS)


def _check(actor: Actor) -> None:
    if not actor.may(NEEDS) or actor.seen_by is not None:
        raise Forbidden("forbidden", "Your role does not include evidence packs.")
    refuse_without_health(actor)


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """Where a pack lies, what it holds, and whether the log in it is as it was written."""

    kept: KeptFile
    registers: int
    documents: int
    missing: int
    entries: int
    is_whole: bool


def make_evidence(
    params: Mapping[str, str],
    pdf: bytes | None,
    registers: Sequence[Table],
    *,
    actor: Actor,
    tell: Tell,
) -> EvidenceReport:
    """Write a pack into the storage, piece by piece; that it was taken is written down first.

    `pdf` is None where none can be made. Documents and log are read some rows at a time.
    """
    _check(actor)
    days, module = days_of(params), module_of(params)
    with transaction(actor):
        said: dict[str, Any] = {"starts_on": days.first, "ends_on": days.last}
        if module:
            said |= {"module": module.label}
        organization = db.session.get_one(Organization, actor.organization_id)
        audit.record(Fact.EVIDENCE_MADE, organization, changes=said)
    zone = organizations.current().timezone
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        with PackWriter(cast("BinaryIO", file.file)) as pack:
            if pdf is not None:
                pack.add("report.pdf", [pdf], squeeze=False)
            for number, table in enumerate(registers, start=1):
                pack.add(f"registers/{number:02}-{clean_stem(table.name)}.csv", [as_csv(table)])
            tell(20, 100)
            kept = _Documents(pack)
            for one in evidence.documents(kinds_for(module), days):
                kept.add(one)
            kept.finish()
            tell(60, 100)
            report, entries = _add_log(pack, days, zone)
            tell(90, 100)
            about = _about(params, report)
            text = readme(organization.name, days, module, whole=report.is_whole, pdf=bool(pdf))
            pack.add("README.txt", [text.encode()])
            pack.finish(about)
        file.flush()
        stored = storage.keep_file(Path(file.name))
    return EvidenceReport(
        stored, len(registers), kept.written, kept.missing, entries, report.is_whole
    )


def _about(params: Mapping[str, str], report: ChainReport) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "caddy": VERSION,
        "made_at": clock.now().isoformat(),
        "asked": dict(params),
        "log_head": asdict(report.head) if report.head else None,
    }


class _Documents:
    """The documents of a pack as they are added, and the two indexes of them."""

    def __init__(self, pack: PackWriter) -> None:
        self._pack = pack
        self._rows: list[tuple[Cell, ...]] = []
        self.written = 0
        self.missing = 0

    def add(self, one: KeptDocument) -> None:
        number = len(self._rows) + 1
        is_there = storage.is_there(one.sha256)
        # Two files may bear one name: the number keeps them apart.
        safe = one.file_name.replace("/", "_").replace("\\", "_")
        name = f"documents/{number:05}-{safe}"
        if is_there:
            self._pack.add(name, _chunks(one.sha256), squeeze=False)
            self.written += 1
        else:
            self.missing += 1
        self._rows.append(
            (
                *(number, name if is_there else "", one.title, one.kind.label, one.whose),
                *(one.number, one.added_on, one.expires_on, one.size_bytes, one.sha256),
                "" if is_there else "missing",
            )
        )

    def finish(self) -> None:
        """Write the indexes, which name the files from where they lie."""
        self._pack.add("index.csv", [as_csv(Table("Documents", INDEX, self._rows))])
        self._pack.add("index.html", _page(self._rows))


def _chunks(sha256: str) -> Iterator[bytes]:
    with storage.open_file(sha256) as file:
        while chunk := file.read(storage.CHUNK):
            yield chunk


def _page(rows: Iterable[tuple[Cell, ...]]) -> Iterator[bytes]:
    """Yield the index as a page that any browser opens, with a link to each file."""
    yield (
        '<!doctype html><html lang="en-AU"><meta charset="utf-8"><title>Documents</title>'
        "<h1>Documents</h1><table><thead><tr>"
        + "".join(f'<th scope="col">{html.escape(name)}</th>' for name in INDEX[:-2])
        + "</tr></thead><tbody>\n"
    ).encode()
    for row in rows:
        cells = [html.escape("" if cell is None else str(cell)) for cell in row]
        if cells[1]:
            cells[1] = f'<a href="{_address(str(row[1]))}">{cells[1]}</a>'
        else:
            cells[1] = "missing"
        yield ("<tr>" + "".join(f"<td>{one}</td>" for one in cells[:-2]) + "</tr>\n").encode()
    yield b"</tbody></table></html>\n"


def _address(name: str) -> str:
    from urllib.parse import quote

    return quote(name)


def _add_log(pack: PackWriter, days: Days, zone: str) -> tuple[ChainReport, int]:
    """Write the log of the days, as stored and in sentences, and whether it is as written."""
    with archives.snapshot() as connection:
        report = audit_chain.verified_by(connection)
        first, last = evidence.log_ends(connection, days, zone)
        rows = pack.add(
            "audit/log.jsonl", evidence.log_lines(connection, days, zone), is_rows=True
        ).rows
    pack.add("audit/log.csv", _sentences(days, zone))
    verification = {
        "is_whole": report.is_whole,
        "verified_at": clock.now().isoformat(),
        "rows_of_whole_log": report.rows,
        "head": asdict(report.head) if report.head else None,
        "period": {
            "starts_on": days.first.isoformat(),
            "ends_on": days.last.isoformat(),
            "rows": rows,
            "first": asdict(first) if first else None,
            "last": asdict(last) if last else None,
        },
        "findings": [asdict(one) for one in report.findings],
        "more_findings": report.is_cut,
    }
    pack.add("audit/verification.json", [json.dumps(verification, indent=1).encode()])
    return report, rows or 0


def _sentences(days: Days, zone: str) -> Iterator[bytes]:
    """Yield the log of the days as CSV for people, newest first."""
    yield b"\xef\xbb\xbf" + _csv(LOG)
    after = None
    while True:
        rows, after = audit_log.page(
            AuditFilter(from_on=days.first, to_on=days.last, after=after),
            zone,
            seen_by=None,
            size=AT_ONCE,
        )
        for row in rows:
            yield _csv(_cells(row, zone))
        if after is None:
            return


def _cells(row: ToldEntry, zone: str) -> tuple[str, ...]:
    at = clock.local(row.happened_at, zone)
    return (
        *(str(row.sequence), f"{at:%Y-%m-%d %H:%M:%S}", row.actor_name, row.said.text),
        *(row.said.details, row.whom or "", row.action, row.source, row.ip or ""),
    )


def _csv(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([safe_text(cell) for cell in cells])
    return text.getvalue().encode()
