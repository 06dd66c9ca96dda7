"""Add registers: incidents, complaints, restrictive practices, risks, policies, consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_add_registers"
down_revision = "0011_add_retention"
branch_labels = None
depends_on = None

STAMPS = (
    ("created_at", sa.DateTime(timezone=True), False),
    ("updated_at", sa.DateTime(timezone=True), False),
    ("created_by", sa.Uuid(), True),
    ("updated_by", sa.Uuid(), True),
)


def _stamps() -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=is_null) for name, kind, is_null in STAMPS]


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "module",
            sa.Enum(
                "rights",
                "governance",
                "provision",
                "environment",
                "high_intensity",
                "behaviour_support",
                "implementing_behaviour_support",
                "early_childhood",
                "support_coordination",
                "accommodation",
                "verification",
                name="module",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("summary", sa.String(length=4000), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_policies_organization_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_policies_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_policies_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "title", name=op.f("uq_policies_organization_id_title")
        ),
    )
    op.create_index(
        op.f("ix_policies_organization_id_review_on"),
        "policies",
        ["organization_id", "review_on"],
        unique=False,
    )

    op.create_table(
        "care_records",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "share_information",
                "photos",
                "medication",
                "emergency_treatment",
                "money_handling",
                "transport",
                "other_consent",
                "support_plan",
                "risk_assessment",
                "emergency_plan",
                "behaviour_support_plan",
                "mealtime_plan",
                "health_plan",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        *_stamps(),
        sa.CheckConstraint("expires_on >= given_on", name=op.f("ck_care_records_period")),
        sa.CheckConstraint("withdrawn_on >= given_on", name=op.f("ck_care_records_withdrawn")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_care_records_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_care_records_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_records")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_care_records_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_care_records_organization_id_expires_on"),
        "care_records",
        ["organization_id", "expires_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_care_records_organization_id_participant_id_kind"),
        "care_records",
        ["organization_id", "participant_id", "kind"],
        unique=False,
    )
    op.create_index(
        op.f("ix_care_records_organization_id_review_on"),
        "care_records",
        ["organization_id", "review_on"],
        unique=False,
    )

    op.create_table(
        "complaints",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("complainant", sa.String(length=200), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "acknowledged",
                "resolved",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("commission_on", sa.Date(), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_on IS NOT NULL)",
            name=op.f("ck_complaints_resolved_has_its_day"),
        ),
        sa.CheckConstraint(
            "acknowledged_on >= received_on AND resolved_on >= received_on",
            name=op.f("ck_complaints_days"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_complaints_organization_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_complaints_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_complaints_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_complaints_organization_id_id")),
    )
    op.create_index(
        op.f("ix_complaints_organization_id_participant_id"),
        "complaints",
        ["organization_id", "participant_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaints_organization_id_received_on"),
        "complaints",
        ["organization_id", "received_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaints_organization_id_state_received_on"),
        "complaints",
        ["organization_id", "state", "received_on"],
        unique=False,
    )

    op.create_table(
        "policy_readings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "policy_id"],
            ["policies.organization_id", "policies.id"],
            name=op.f("fk_policy_readings_organization_id_policy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_policy_readings_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_policy_readings_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_readings")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_policy_readings_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "policy_id",
            "user_id",
            "edition",
            name=op.f("uq_policy_readings_organization_id_policy_id_user_id_edition"),
        ),
    )
    op.create_table(
        "restrictive_practices",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "chemical",
                "mechanical",
                "physical",
                "environmental",
                "seclusion",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("behaviour_plan", sa.String(length=200), nullable=True),
        sa.Column("practitioner", sa.String(length=200), nullable=True),
        sa.Column("authorised_by", sa.String(length=200), nullable=True),
        sa.Column("authorised_until", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reported_until", sa.Date(), nullable=True),
        *_stamps(),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_restrictive_practices_period")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_restrictive_practices_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_restrictive_practices_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restrictive_practices")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_restrictive_practices_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_restrictive_practices_organization_id_authorised_until"),
        "restrictive_practices",
        ["organization_id", "authorised_until"],
        unique=False,
    )
    op.create_index(
        op.f("ix_restrictive_practices_organization_id_participant_id"),
        "restrictive_practices",
        ["organization_id", "participant_id"],
        unique=False,
    )

    op.create_table(
        "risks",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("controls", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "controlled",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        *_stamps(),
        sa.CheckConstraint("consequence BETWEEN 1 AND 5", name=op.f("ck_risks_consequence")),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5", name=op.f("ck_risks_likelihood")),
        sa.CheckConstraint(
            "participant_id IS NULL OR site_id IS NULL", name=op.f("ck_risks_one_owner")
        ),
        sa.CheckConstraint("rating = likelihood * consequence", name=op.f("ck_risks_rating")),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_risks_organization_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_risks_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "site_id"],
            ["sites.organization_id", "sites.id"],
            name=op.f("fk_risks_organization_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_risks_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risks")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_risks_organization_id_id")),
    )
    op.create_index(
        op.f("ix_risks_organization_id_participant_id"),
        "risks",
        ["organization_id", "participant_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_risks_organization_id_rating"),
        "risks",
        ["organization_id", "rating"],
        unique=False,
    )
    op.create_index(
        op.f("ix_risks_organization_id_state_review_on"),
        "risks",
        ["organization_id", "state", "review_on"],
        unique=False,
    )

    op.create_table(
        "practice_uses",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_practice_uses_minutes")),
        sa.ForeignKeyConstraint(
            ["organization_id", "practice_id"],
            ["restrictive_practices.organization_id", "restrictive_practices.id"],
            name=op.f("fk_practice_uses_organization_id_practice_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_practice_uses_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_uses")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_practice_uses_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_practice_uses_organization_id_practice_id_used_at"),
        "practice_uses",
        ["organization_id", "practice_id", "used_at"],
        unique=False,
    )

    op.create_table(
        "incidents",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "death",
                "serious_injury",
                "abuse_or_neglect",
                "unlawful_contact",
                "sexual_misconduct",
                "unauthorised_practice",
                "injury",
                "medication_error",
                "near_miss",
                "property",
                "behaviour",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "minor",
                "moderate",
                "major",
                "critical",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_harmed", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("immediate_action", sa.Text(), nullable=True),
        sa.Column("people_involved", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "notified",
                "investigating",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("notify_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notification_number", sa.String(length=40), nullable=True),
        sa.Column("details_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_of", sa.String(length=40), nullable=True),
        sa.Column("investigation", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_incidents_closed_has_its_time"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR outcome IS NOT NULL",
            name=op.f("ck_incidents_closed_has_its_outcome"),
        ),
        sa.CheckConstraint("aware_at >= happened_at", name=op.f("ck_incidents_aware")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_incidents_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reported_by"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_incidents_organization_id_reported_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_incidents_organization_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_incidents_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_incidents_organization_id_id")),
    )
    op.create_index(
        op.f("ix_incidents_organization_id_happened_at"),
        "incidents",
        ["organization_id", "happened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_incidents_organization_id_participant_id_happened_at"),
        "incidents",
        ["organization_id", "participant_id", "happened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_incidents_organization_id_reported_by_happened_at"),
        "incidents",
        ["organization_id", "reported_by", "happened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_incidents_organization_id_service_id"),
        "incidents",
        ["organization_id", "service_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_incidents_organization_id_state_notify_by"),
        "incidents",
        ["organization_id", "state", "notify_by"],
        unique=False,
    )

    op.create_table(
        "register_actions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("risk_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(CASE WHEN incident_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN complaint_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN risk_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_register_actions_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "complaint_id"],
            ["complaints.organization_id", "complaints.id"],
            name=op.f("fk_register_actions_organization_id_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "incident_id"],
            ["incidents.organization_id", "incidents.id"],
            name=op.f("fk_register_actions_organization_id_incident_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_register_actions_organization_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "risk_id"],
            ["risks.organization_id", "risks.id"],
            name=op.f("fk_register_actions_organization_id_risk_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_register_actions_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_actions")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_register_actions_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_register_actions_organization_id_complaint_id"),
        "register_actions",
        ["organization_id", "complaint_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_actions_organization_id_done_on_due_on"),
        "register_actions",
        ["organization_id", "done_on", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_actions_organization_id_incident_id"),
        "register_actions",
        ["organization_id", "incident_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_actions_organization_id_risk_id"),
        "register_actions",
        ["organization_id", "risk_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("register_actions")
    op.drop_table("incidents")
    op.drop_table("practice_uses")
    op.drop_table("risks")
    op.drop_table("restrictive_practices")
    op.drop_table("policy_readings")
    op.drop_table("complaints")
    op.drop_table("care_records")
    op.drop_table("policies")
