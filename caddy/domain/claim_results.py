"""What an answer does to a line, and what is told of a whole file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from caddy.domain.claims import CLOSED_LINES, LineStatus, paid_status
from caddy.domain.money import dollars
from caddy.domain.ndis.rejections import explain
from caddy.domain.ndis.result_file import Answer, ResultRow


@dataclass(frozen=True, slots=True)
class LineState:
    """A line as answers change it, in cents."""

    status: LineStatus
    total_cents: int
    result_cents: int | None = None
    received_cents: int = 0
    is_capped: bool = False
    error_text: str | None = None

    @property
    def paid_cents(self) -> int:
        """What counts as paid: the transfers that came, or before the first the result's word."""
        return max(self.received_cents or self.result_cents or 0, 0)


def answer_line(
    state: LineState, row: ResultRow, *, is_new_payment: bool = False
) -> LineState | None:
    """Return a line after a row; None where the row cannot count for it.

    It cannot for a line that was rejected or credited (its services may be on another claim by
    now), nor may an error undo what a transfer has paid. `is_new_payment` says that the row's
    transfer was not known.
    """
    if state.status in CLOSED_LINES:
        is_same = row.answer is Answer.ERROR and state.status is LineStatus.REJECTED
        return state if is_same else None
    if row.answer is Answer.ERROR:
        if state.received_cents > 0:
            return None
        return replace(
            state, status=LineStatus.REJECTED, result_cents=None, error_text=row.reason or row.code
        )
    after = replace(state, is_capped=state.is_capped or row.is_capped)
    if row.is_remittance:
        added = (row.paid_cents or 0) if is_new_payment else 0
        after = replace(after, received_cents=state.received_cents + added)
    elif row.paid_cents is not None:
        after = replace(after, result_cents=row.paid_cents)
    if row.reason:
        after = replace(after, error_text=row.reason)
    return replace(after, status=paid_status(after.total_cents, after.paid_cents))


@dataclass(slots=True)
class Changes:
    """What a whole file did. `rejected` are lines whose services have to be let go."""

    answered: dict[str, tuple[LineState, ResultRow]] = field(default_factory=dict)
    rejected: set[UUID] = field(default_factory=set)
    unknown: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0

    def add(
        self, line_id: UUID, row: ResultRow, before: LineState, after: LineState | None
    ) -> None:
        if after is None:
            self.ignore(row, before.status, f"This line is {before.status.label.lower()} already.")
            return
        if after == before:
            self.unchanged += 1
        elif after.status is LineStatus.REJECTED:
            self.rejected.add(line_id)
        self.answered[row.reference] = (after, row)

    def ignore(self, row: ResultRow, status: LineStatus, why: str) -> None:
        """List a row that changes nothing, and why."""
        self.ignored.append(
            {
                "row": row.place,
                "reference": row.reference,
                "status": status.value,
                "paid_cents": row.paid_cents or 0,
                "why": why,
            }
        )

    def report(self) -> dict[str, Any]:
        """Return what the page and the command show, as JSON keeps it."""
        states = [state for state, _ in self.answered.values()]
        count = {
            status.value: sum(one.status is status for one in states)
            for status in LineStatus
            if status not in {LineStatus.PENDING, LineStatus.CREDITED}
        }
        return {
            **count,
            "paid_cents": sum(one.paid_cents for one in states),
            "rejected_cents": sum(
                one.total_cents for one in states if one.status is LineStatus.REJECTED
            ),
            "lines": [_told(name, *one) for name, one in self.answered.items()],
            "unknown": self.unknown,
            "unknown_rows": len(self.unknown),
            "ignored": self.ignored,
            "unchanged": self.unchanged,
        }

    def remittance_of(self, references: Collection[str]) -> str | None:
        """Return the last remittance's reference among some lines' answers."""
        found = [row.remittance for name, (_, row) in self.answered.items() if name in references]
        return next((one for one in reversed(found) if one), None)

    def said_of(self, references: Collection[str]) -> tuple[list[str], list[str]]:
        """Return errors and warnings as sentences, each under its claim reference."""
        errors, warnings = [], []
        for name, (state, row) in self.answered.items():
            if name not in references:
                continue
            if state.status is LineStatus.REJECTED:
                errors.append(f"{name}: {explain(row.code, row.reason).means}")
            elif state.status is LineStatus.PART_PAID:
                paid, asked = dollars(state.paid_cents), dollars(state.total_cents)
                why = " at a capped price" if state.is_capped else ""
                warnings.append(f"{name}: {paid} of {asked} was paid{why}.")
        return errors, warnings


def _told(reference: str, state: LineState, row: ResultRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "reference": reference,
        "status": state.status.value,
        "total_cents": state.total_cents,
        "paid_cents": state.paid_cents,
        "is_capped": state.is_capped,
    }
    if state.status is LineStatus.REJECTED:
        meaning = explain(row.code, row.reason)
        told |= {
            "code": row.code,
            "reason": row.reason,
            "means": meaning.means,
            "to_do": meaning.to_do,
            "fixed_at": meaning.fixed_at.value,
        }
    return told
