"""Answers to claims: a results or remittance file, matched line by line. Loaded once.

Rows that belong to no line that was sent are listed, never dropped.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock, storage
from caddy.actions.claim_rows import AT_ONCE, free_services, record_answers, refresh, topic_of
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.claim_results import Changes, LineState, answer_line
from caddy.domain.claims import SENT, LineStatus
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.result_file import (
    Column,
    ResultRow,
    ResultTable,
    guess,
    read_rows,
    read_table,
)
from caddy.domain.ndis.tables import UnreadableFile
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Payment, ResultFile, ResultMapping
from caddy.queries.claims import remembered_mapping
from caddy.tenancy import insert_missing, upsert
from caddy.transaction import transaction


def load_result(
    content: bytes,
    file_name: str,
    *,
    actor: Actor,
    mapping: Mapping[Column, str] | None = None,
    claim_id: UUID | None = None,
) -> dict[str, Any]:
    """Apply an answer to the lines it names and return what came of it.

    The same bytes again change nothing and return the first report, with `was_loaded`. Without
    a mapping the one remembered for this header counts, or else what the names suggest. With
    `claim_id` a file that says nothing of that claim is refused.
    """
    table = table_of(content, file_name)
    sha256 = storage.keep_bytes(content).sha256  # kept as it came, byte for byte
    with transaction(actor):
        stored = take_file(sha256, file_name)
        if stored.report.get("lines"):
            return {**stored.report, "id": str(stored.id), "was_loaded": True}
        chosen = dict(mapping or remembered_mapping(table.header_sha256) or guess(table.header))
        rows = _rows(table, chosen)
        lines = _lines({row.reference for row in rows})
        claims = {one.id: one for one in _claims({line.claim_id for line in lines.values()})}
        _refuse_other_claim(claim_id, claims)
        sent = {name: one for name, one in lines.items() if claims[one.claim_id].status in SENT}
        paid_before = {one.id: one.paid_cents or 0 for one in sent.values()}
        outcome = _apply(rows, sent, stored.id)
        free_services(outcome.rejected, f"Rejected in {file_name}")
        touched = {sent[name].claim_id for name in outcome.answered}
        for touched_id in touched:
            _say(claims[touched_id], outcome, sent)
            refresh(claims[touched_id])
        numbers = sorted(claims[one].shown_number for one in touched)
        report = {**outcome.report(), "claims": numbers, "rows": len(rows)}
        stored.mapping = {column.value: name for column, name in chosen.items()}
        stored.report = report
        _remember(table, stored.mapping)
        _record(stored, report, claims, touched)
        record_answers(sent.values(), claims, paid_before, set(outcome.rejected))
        return {**report, "id": str(stored.id), "was_loaded": False}


def table_of(content: bytes, file_name: str) -> ResultTable:
    """Return an answer as a table, or refuse what is none."""
    try:
        return read_table(io.BytesIO(content), file_name)
    except UnreadableFile as error:
        raise RuleBroken("file", "unreadable_file", str(error)) from error


def _rows(table: ResultTable, mapping: Mapping[Column, str]) -> list[ResultRow]:
    try:
        return read_rows(table, mapping)
    except UnreadableFile as error:
        raise RuleBroken("mapping", "mapping_needed", str(error)) from error


def take_file(sha256: str, file_name: str) -> ResultFile:
    """Return the row of these bytes, locked; whoever loads them at the same time waits here."""
    instant = clock.now()
    row = {
        "id": new_id(),
        "sha256": sha256,
        "file_name": file_name[:200],
        "mapping": {},
        "report": {},
        "created_at": instant,
        "updated_at": instant,
    }
    insert_missing(ResultFile, ("sha256",), [row])
    return db.session.scalars(
        select(ResultFile).where(ResultFile.sha256 == sha256).with_for_update()
    ).one()


def _lines(references: set[str]) -> dict[str, ClaimLine]:
    wanted = sorted(references)
    found = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        for line in db.session.scalars(
            select(ClaimLine).where(ClaimLine.claim_reference.in_(part))
        ):
            found[line.claim_reference] = line
    return found


def _claims(ids: set[UUID]) -> Sequence[Claim]:
    """Return claims with their rows locked, always in the same order; read their lines anew."""
    claims = db.session.scalars(
        select(Claim).where(Claim.id.in_(ids)).order_by(Claim.id).with_for_update()
    ).all()
    for start in range(0, len(claims), AT_ONCE):
        some = [one.id for one in claims[start : start + AT_ONCE]]
        lines = select(ClaimLine).where(ClaimLine.claim_id.in_(some))
        db.session.scalars(lines.execution_options(populate_existing=True)).all()
    return claims


def _refuse_other_claim(claim_id: UUID | None, claims: Mapping[UUID, Claim]) -> None:
    if claim_id is None or claim_id in claims:
        return
    claim = db.session.get(Claim, claim_id)
    if claim is None:
        raise NotFound("claim")
    others = ", ".join(sorted(one.shown_number for one in claims.values()))
    raise RuleBroken(
        "file",
        "another_claims_answer",
        f"This file says nothing of {claim.shown_number}. "
        + (f"It answers {others}." if others else "None of its claim references is known."),
    )


def _apply(rows: Sequence[ResultRow], lines: Mapping[str, ClaimLine], file_id: UUID) -> Changes:
    outcome, instant = Changes(), clock.now()
    for row in rows:
        line = lines.get(row.reference)
        if line is None:
            outcome.unknown.append({"row": row.place, "reference": row.reference[:200]})
            continue
        refused = row.unclear or _overdrawn(row, line)
        if refused:
            outcome.ignore(row, line.status, refused)
            continue
        is_new = _pay(row, line, file_id) if row.is_remittance else False
        state = LineState(
            line.status,
            line.total_cents,
            line.result_cents,
            line.received_cents,
            line.is_capped,
            line.error_text,
        )
        after = answer_line(state, row, is_new_payment=is_new)
        outcome.add(line.id, row, state, after)
        if after is not None and after != state:
            _write(line, row, after, instant)
    return outcome


def _overdrawn(row: ResultRow, line: ClaimLine) -> str | None:
    """Say where a reversal takes back money that never came; else None."""
    is_too_much = row.is_remittance and line.received_cents + (row.paid_cents or 0) < 0
    return "This takes back more than was paid." if is_too_much else None


def _pay(row: ResultRow, line: ClaimLine, file_id: UUID) -> bool:
    """Store what a transfer paid of a line; False where that is known, or is nothing."""
    if not row.paid_cents or line.status in {LineStatus.REJECTED, LineStatus.CREDITED}:
        return False
    instant = clock.now()
    values = {
        "id": new_id(),
        "claim_line_id": line.id,
        "result_file_id": file_id,
        "paid_on": row.paid_on,
        "reference": (row.remittance or "")[:200],
        "cents": row.paid_cents,
        "created_at": instant,
        "updated_at": instant,
    }
    return bool(insert_missing(Payment, ("claim_line_id", "paid_on", "reference"), [values]))


def _write(line: ClaimLine, row: ResultRow, after: LineState, instant: datetime) -> None:
    line.status = after.status
    line.result_cents = after.result_cents
    line.received_cents = after.received_cents
    line.paid_cents = after.paid_cents
    line.is_capped = after.is_capped
    line.error_text = after.error_text
    line.error_code = (row.code or "")[:200] or line.error_code
    line.answered_at = line.answered_at or instant  # one for the whole file


def _say(claim: Claim, outcome: Changes, lines: Mapping[str, ClaimLine]) -> None:
    """Keep what the answer said of a claim as a whole: its reference, errors, warnings."""
    own = {name for name, line in lines.items() if line.claim_id == claim.id}
    claim.response_reference = outcome.remittance_of(own) or claim.response_reference
    errors, warnings = outcome.said_of(own)
    claim.response_errors = [*claim.response_errors, *errors]
    claim.response_warnings = [*claim.response_warnings, *warnings]


def _remember(table: ResultTable, mapping: dict[str, str]) -> None:
    instant = clock.now()
    values = {"mapping": mapping, "updated_at": instant}
    own = {"id": new_id(), "header_sha256": table.header_sha256, "created_at": instant}
    upsert(ResultMapping, ("header_sha256",), {**own, **values}, values)


def _record(
    stored: ResultFile, report: dict[str, Any], claims: Mapping[UUID, Claim], touched: set[UUID]
) -> None:
    audit.record(
        Fact.RESULT_LOADED,
        stored,
        changes={
            "file_name": stored.file_name,
            "sha256": stored.sha256,
            **{name: report[name] for name in ("paid", "part_paid", "rejected", "paid_cents")},
            "unknown": len(report["unknown"]),
            "claims": [claims[one].shown_number for one in sorted(touched)],
        },
        live=[topic_of(claims[one]) for one in sorted(touched)],
    )
