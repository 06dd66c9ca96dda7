"""The registers besides incidents: complaints, restrictive practices, risks, policies, consents.

And what is to be done about an incident, a complaint or a risk.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    Name,
    Reference,
    SensitiveText,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.care_records import CareKind
from caddy.domain.complaints import ComplaintState
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.restrictive_practices import PracticeKind
from caddy.domain.risks import RiskState
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Complaint(Base, OrganizationOwned, Stamped):
    """`complainant` is None where it is anonymous. `commission_on`: taken to the Commission."""

    __tablename__ = "complaints"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("users", "owner_id"),
        Index(None, "organization_id", "received_on"),
        Index(None, "organization_id", "state", "received_on"),
        Index(None, "organization_id", "participant_id"),
        CheckConstraint(
            "(state = 'resolved') = (resolved_on IS NOT NULL)", name="resolved_has_its_day"
        ),
        CheckConstraint(
            "acknowledged_on >= received_on AND resolved_on >= received_on", name="days"
        ),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference | None]
    complainant: Mapped[Name | None] = mapped_column(info={"is_sensitive": True})
    about: Mapped[Name]
    details: Mapped[SensitiveText]
    received_on: Mapped[date]
    acknowledged_on: Mapped[date | None]
    owner_id: Mapped[Reference | None]
    state: Mapped[ComplaintState] = mapped_column(
        words(ComplaintState, "state"), default=ComplaintState.RECEIVED
    )
    outcome: Mapped[SensitiveText | None]
    resolved_on: Mapped[date | None]
    commission_on: Mapped[date | None]


class RestrictivePractice(Base, OrganizationOwned, Stamped):
    """Without `authorised_until` nobody has allowed it.

    `reported_until` is the last day of the months whose reports were sent.
    """

    __tablename__ = "restrictive_practices"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        Index(None, "organization_id", "participant_id"),
        Index(None, "organization_id", "authorised_until"),
        CheckConstraint("ended_on >= starts_on", name="period"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    kind: Mapped[PracticeKind] = mapped_column(words(PracticeKind, "kind"))
    details: Mapped[SensitiveText]
    behaviour_plan: Mapped[Name | None]
    practitioner: Mapped[Name | None]
    authorised_by: Mapped[Name | None]
    authorised_until: Mapped[date | None]
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    reported_until: Mapped[date | None]


class PracticeUse(Base, OrganizationOwned, Stamped):
    """One use of a restrictive practice: when, how long, why."""

    __tablename__ = "practice_uses"
    __table_args__ = within_tenant(
        belongs_to("restrictive_practices", "practice_id", ondelete="CASCADE"),
        Index(None, "organization_id", "practice_id", "used_at"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[Id]
    practice_id: Mapped[Reference]
    used_at: Mapped[Instant]
    minutes: Mapped[int]
    reason: Mapped[SensitiveText]


class Risk(Base, OrganizationOwned, Stamped):
    """Of a participant, of a site, or, without either, of the organization."""

    __tablename__ = "risks"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("sites", "site_id"),
        belongs_to("users", "owner_id"),
        Index(None, "organization_id", "state", "review_on"),
        Index(None, "organization_id", "rating"),
        Index(None, "organization_id", "participant_id"),
        CheckConstraint("likelihood BETWEEN 1 AND 5", name="likelihood"),
        CheckConstraint("consequence BETWEEN 1 AND 5", name="consequence"),
        CheckConstraint("rating = likelihood * consequence", name="rating"),
        CheckConstraint("participant_id IS NULL OR site_id IS NULL", name="one_owner"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference | None]
    site_id: Mapped[Reference | None]
    title: Mapped[Name]
    details: Mapped[SensitiveText | None]
    likelihood: Mapped[int]
    consequence: Mapped[int]
    rating: Mapped[int]
    controls: Mapped[SensitiveText]
    owner_id: Mapped[Reference | None]
    review_on: Mapped[date]
    state: Mapped[RiskState] = mapped_column(words(RiskState, "state"), default=RiskState.OPEN)


class Policy(Base, OrganizationOwned, Stamped):
    """A policy in the edition that holds; without `approved_on` it is a draft."""

    __tablename__ = "policies"
    __table_args__ = within_tenant(
        belongs_to("users", "owner_id"),
        UniqueConstraint("organization_id", "title"),
        Index(None, "organization_id", "review_on"),
    )

    id: Mapped[Id]
    title: Mapped[Name]
    module: Mapped[PracticeModule] = mapped_column(words(PracticeModule, "module"))
    edition: Mapped[Word]
    approved_on: Mapped[date | None]
    review_on: Mapped[date]
    owner_id: Mapped[Reference | None]
    summary: Mapped[str | None] = mapped_column(String(4_000))
    retired_on: Mapped[date | None]


class PolicyReading(Base, OrganizationOwned, Stamped):
    """Someone has read an edition of a policy."""

    __tablename__ = "policy_readings"
    __table_args__ = within_tenant(
        belongs_to("policies", "policy_id", ondelete="CASCADE"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "policy_id", "user_id", "edition"),
    )

    id: Mapped[Id]
    policy_id: Mapped[Reference]
    user_id: Mapped[Reference]
    edition: Mapped[Word]
    read_at: Mapped[Instant]


class CareRecord(Base, OrganizationOwned, Stamped):
    """A consent or a plan of a participant: who gave it, and until when it holds."""

    __tablename__ = "care_records"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        Index(None, "organization_id", "participant_id", "kind"),
        Index(None, "organization_id", "review_on"),
        Index(None, "organization_id", "expires_on"),
        CheckConstraint("expires_on >= given_on", name="period"),
        CheckConstraint("withdrawn_on >= given_on", name="withdrawn"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    kind: Mapped[CareKind] = mapped_column(words(CareKind, "kind"))
    given_by: Mapped[Name]
    given_on: Mapped[date]
    review_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    details: Mapped[SensitiveText | None]


class RegisterAction(Base, OrganizationOwned, Stamped):
    """What is to be done about an incident, a complaint or a risk: by whom, by when, done when."""

    __tablename__ = "register_actions"
    __table_args__ = within_tenant(
        belongs_to("incidents", "incident_id", ondelete="CASCADE"),
        belongs_to("complaints", "complaint_id", ondelete="CASCADE"),
        belongs_to("risks", "risk_id", ondelete="CASCADE"),
        belongs_to("users", "owner_id"),
        Index(None, "organization_id", "incident_id"),
        Index(None, "organization_id", "complaint_id"),
        Index(None, "organization_id", "risk_id"),
        Index(None, "organization_id", "done_on", "due_on"),
        CheckConstraint(
            "(CASE WHEN incident_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN complaint_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN risk_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
    )

    id: Mapped[Id]
    incident_id: Mapped[Reference | None]
    complaint_id: Mapped[Reference | None]
    risk_id: Mapped[Reference | None]
    what: Mapped[SensitiveText]
    owner_id: Mapped[Reference | None]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
