"""Compliance scores as they are shown: the latest, how they came about, and whose are worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy.columns import Rows
from caddy.domain.compliance_score import Band, Subject, band
from caddy.extensions import db
from caddy.models import ComplianceScore, Participant, User
from caddy.queries import visibility
from caddy.tenancy import current_organization_id

PAGE = 50
MOST_IN_HISTORY = 52

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A subject's latest score; `history` is the last year's, oldest first."""

    score: int
    computed_on: date
    lines: Sequence[dict[str, Any]]
    history: Sequence[tuple[date, int]]

    @property
    def band(self) -> Band:
        return band(self.score)

    @property
    def change(self) -> int:
        """Return by how many points it differs from the one before."""
        return self.score - self.history[-2][1] if len(self.history) > 1 else 0


@dataclass(frozen=True, slots=True)
class ListedScore:
    subject_id: UUID
    name: str
    score: int
    lines: Sequence[dict[str, Any]]

    @property
    def band(self) -> Band:
        return band(self.score)


def of(kind: Subject, subject_id: UUID) -> ScoreView | None:
    """Return the latest score of a subject with its history, or None where none was computed.

    Whose it is to see, is asked before.
    """
    own = (ComplianceScore.subject_kind == kind, ComplianceScore.subject_id == subject_id)
    latest = db.session.scalars(
        select(ComplianceScore).where(*own).order_by(ComplianceScore.computed_on.desc()).limit(1)
    ).one_or_none()
    if latest is None:
        return None
    rows = db.session.execute(
        select(ComplianceScore.computed_on, ComplianceScore.score)
        .where(*own)
        .order_by(ComplianceScore.computed_on.desc())
        .limit(MOST_IN_HISTORY)
    ).all()
    history = [(row.computed_on, row.score) for row in reversed(rows)]
    return ScoreView(latest.score, latest.computed_on, latest.lines, history)


def of_organization() -> ScoreView | None:
    return of(Subject.ORGANIZATION, current_organization_id())


def page(
    kind: Subject, on: date, after: Key | None = None, *, seen_by: UUID | None, size: int = PAGE
) -> tuple[list[ListedScore], Key | None]:
    """Return up to 50 scores of a day, the worst first, and the key of the page after."""
    name: Any = User.first_name + " " + User.last_name
    model: Any = User
    if kind is Subject.PARTICIPANT:
        model = Participant
        first = func.coalesce(Participant.preferred_name, Participant.first_name)
        name = first + " " + Participant.last_name
    statement: Rows = (
        select(
            ComplianceScore.subject_id,
            ComplianceScore.score,
            ComplianceScore.lines,
            name.label("name"),
        )
        .join(model, model.id == ComplianceScore.subject_id)
        .where(ComplianceScore.subject_kind == kind, ComplianceScore.computed_on == on)
        .order_by(ComplianceScore.score, ComplianceScore.subject_id)
        .limit(size + 1)
    )
    if kind is Subject.PARTICIPANT:
        statement = visibility.of_own_participants(statement, Participant.id, seen_by)
    if after is not None:
        score, subject_id = after
        statement = statement.where(
            or_(
                ComplianceScore.score > score,
                (ComplianceScore.score == score) & (ComplianceScore.subject_id > subject_id),
            )
        )
    rows = list(db.session.execute(statement))
    shown = [ListedScore(row.subject_id, row.name, row.score, row.lines) for row in rows[:size]]
    return shown, (shown[-1].score, shown[-1].subject_id) if len(rows) > size else None


def key_of(kind: Subject, on: date, subject_id: UUID) -> Key | None:
    """Return the key by which the page after a subject begins: addresses carry only the id."""
    score = db.session.scalar(
        select(ComplianceScore.score).where(
            ComplianceScore.subject_kind == kind,
            ComplianceScore.computed_on == on,
            ComplianceScore.subject_id == subject_id,
        )
    )
    return (score, subject_id) if score is not None else None
