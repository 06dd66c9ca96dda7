"""Compliance over time: the scores that were computed, and what people were told ends soon."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    JsonList,
    Reference,
    Stamped,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.compliance_score import Subject
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class ComplianceScore(Base, OrganizationOwned, Stamped):
    """One score of one subject on one local day; `lines` are the points lost, as Lost.as_row.

    `subject_id` is a participant's, a user's or the organization's own id.
    """

    __tablename__ = "compliance_scores"
    __table_args__ = within_tenant(
        UniqueConstraint(
            "organization_id",
            "subject_kind",
            "subject_id",
            "computed_on",
            name="uq_compliance_scores_subject_and_day",
        ),
        Index(
            "ix_compliance_scores_worst",
            "organization_id",
            "computed_on",
            "subject_kind",
            "score",
            "subject_id",
        ),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[Subject] = mapped_column(words(Subject, "subject_kind"))
    subject_id: Mapped[Reference]
    computed_on: Mapped[date]
    score: Mapped[int]
    lines: Mapped[JsonList]


class ExpiryNotice(Base, OrganizationOwned, Stamped):
    """Someone was told that a thing ends: once for each of the steps 60, 30, 7 and 0 days.

    `thing` is its kind and id; renewed, it ends on another day and is told of anew.
    """

    __tablename__ = "expiry_notices"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "thing", "due_on", "step"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    thing: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    step: Mapped[int]
    told_on: Mapped[date]
