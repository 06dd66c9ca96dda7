"""Add the tables of money, rosters and mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_add_money_rosters_and_mail"
down_revision = "0001_create_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "periodic_runs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_periodic_runs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periodic_runs")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_periodic_runs_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "due_on",
            name=op.f("uq_periodic_runs_organization_id_kind_due_on"),
        ),
    )
    op.create_table(
        "sites",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("suburb", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=3), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_sites_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_sites_organization_id_id")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_sites_organization_id_name")),
    )
    op.create_table(
        "email_logs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "context", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "failed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)",
            name=op.f("ck_email_logs_sent_has_its_time"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_email_logs_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_email_logs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_logs")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_email_logs_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id",
            "idempotency_key",
            name=op.f("uq_email_logs_organization_id_idempotency_key"),
        ),
    )
    op.create_index(
        op.f("ix_email_logs_organization_id_status_created_at"),
        "email_logs",
        ["organization_id", "status", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_email_logs_organization_id_subject_type_subject_id"),
        "email_logs",
        ["organization_id", "subject_type", "subject_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_email_logs_organization_id_user_id_created_at"),
        "email_logs",
        ["organization_id", "user_id", "created_at"],
        unique=False,
    )

    op.create_table(
        "notifications",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_notifications_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_notifications_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_notifications_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "dedupe_key",
            name=op.f("uq_notifications_organization_id_user_id_dedupe_key"),
        ),
    )
    op.create_index(
        op.f("ix_notifications_organization_id_user_id_id"),
        "notifications",
        ["organization_id", "user_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notifications_organization_id_user_id_read_at_id"),
        "notifications",
        ["organization_id", "user_id", "read_at", "id"],
        unique=False,
    )

    op.create_table(
        "staff_qualifications",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "worker_screening",
                "orientation",
                "first_aid",
                "police_check",
                "working_with_children",
                "drivers_licence",
                "car_insurance",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_staff_qualifications_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_staff_qualifications_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_qualifications")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_staff_qualifications_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "kind",
            name=op.f("uq_staff_qualifications_organization_id_user_id_kind"),
        ),
    )
    op.create_index(
        op.f("ix_staff_qualifications_organization_id_expires_on"),
        "staff_qualifications",
        ["organization_id", "expires_on"],
        unique=False,
    )

    op.create_table(
        "worker_availability",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("end_time > start_time", name=op.f("ck_worker_availability_period")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_worker_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_worker_availability_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_worker_availability_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_availability")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_worker_availability_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_worker_availability_organization_id_user_id_weekday"),
        "worker_availability",
        ["organization_id", "user_id", "weekday"],
        unique=False,
    )

    op.create_table(
        "worker_leave",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_worker_leave_period")),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_worker_leave_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_worker_leave_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_leave")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_worker_leave_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_worker_leave_organization_id_user_id_ends_on"),
        "worker_leave",
        ["organization_id", "user_id", "ends_on"],
        unique=False,
    )

    op.create_table(
        "participant_watchers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_participant_watchers_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_participant_watchers_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_participant_watchers_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_watchers")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_participant_watchers_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "participant_id",
            "user_id",
            name=op.f("uq_participant_watchers_organization_id_participant_id_user_id"),
        ),
    )
    op.create_table(
        "participant_workers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_participant_workers_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_participant_workers_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_participant_workers_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_workers")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_participant_workers_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "participant_id",
            "user_id",
            name=op.f("uq_participant_workers_organization_id_participant_id_user_id"),
        ),
    )
    op.create_index(
        op.f("ix_participant_workers_organization_id_user_id_participant_id"),
        "participant_workers",
        ["organization_id", "user_id", "participant_id"],
        unique=False,
    )

    op.create_table(
        "schedules",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("support_worker_id", sa.Uuid(), nullable=False),
        sa.Column("item_number", sa.String(length=40), nullable=False),
        sa.Column(
            "weekdays", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("skips_holidays", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_schedules_period")),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 8", name=op.f("ck_schedules_every_weeks")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_schedules_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "support_worker_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_schedules_organization_id_support_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_schedules_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_schedules_organization_id_id")),
    )
    op.create_index(
        op.f("ix_schedules_organization_id_participant_id_starts_on"),
        "schedules",
        ["organization_id", "participant_id", "starts_on"],
        unique=False,
    )

    op.create_table(
        "service_agreements",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "signed",
                "ended",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=200), nullable=True),
        sa.Column("allows_travel", sa.Boolean(), nullable=False),
        sa.Column("allows_non_face_to_face", sa.Boolean(), nullable=False),
        sa.Column("allows_ndia_reports", sa.Boolean(), nullable=False),
        sa.Column("allows_irregular_sil", sa.Boolean(), nullable=False),
        sa.Column("cancellation_percent", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status = 'draft' OR signed_on IS NOT NULL",
            name=op.f("ck_service_agreements_signed_has_its_day"),
        ),
        sa.CheckConstraint(
            "cancellation_percent BETWEEN 0 AND 100",
            name=op.f("ck_service_agreements_cancellation_percent"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_service_agreements_period")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_service_agreements_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_service_agreements_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_agreements")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_service_agreements_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_service_agreements_organization_id_participant_id_starts_on"),
        "service_agreements",
        ["organization_id", "participant_id", "starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_service_agreements_organization_id_status_review_on"),
        "service_agreements",
        ["organization_id", "status", "review_on"],
        unique=False,
    )

    op.create_table(
        "agreed_items",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("item_number", sa.String(length=40), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "unit_price_cents IS NULL OR unit_price_cents >= 0",
            name=op.f("ck_agreed_items_unit_price"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_agreed_items_organization_id_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_agreed_items_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_items")),
        sa.UniqueConstraint(
            "organization_id",
            "agreement_id",
            "item_number",
            name=op.f("uq_agreed_items_organization_id_agreement_id_item_number"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_agreed_items_organization_id_id")
        ),
    )
    op.create_table(
        "budget_adjustments",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_budget_adjustments_reason")),
        sa.ForeignKeyConstraint(
            ["organization_id", "budget_id"],
            ["budgets.organization_id", "budgets.id"],
            name=op.f("fk_budget_adjustments_organization_id_budget_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_budget_adjustments_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_adjustments")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_budget_adjustments_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_budget_adjustments_organization_id_budget_id_effective_on_id"),
        "budget_adjustments",
        ["organization_id", "budget_id", "effective_on", "id"],
        unique=False,
    )

    op.create_table(
        "funding_periods",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("committed_cents >= 0", name=op.f("ck_funding_periods_committed")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_funding_periods_period")),
        sa.CheckConstraint("released_cents >= 0", name=op.f("ck_funding_periods_released")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_funding_periods_spent")),
        sa.ForeignKeyConstraint(
            ["organization_id", "budget_id"],
            ["budgets.organization_id", "budgets.id"],
            name=op.f("fk_funding_periods_organization_id_budget_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_funding_periods_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_periods")),
        sa.UniqueConstraint(
            "organization_id",
            "budget_id",
            "starts_on",
            name=op.f("uq_funding_periods_organization_id_budget_id_starts_on"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_funding_periods_organization_id_id")
        ),
    )
    op.create_table(
        "attachments",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(service_id IS NULL) != (agreement_id IS NULL)", name=op.f("ck_attachments_one_owner")
        ),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_attachments_organization_id_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_attachments_organization_id_service_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_attachments_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_attachments_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_attachments_organization_id_agreement_id"),
        "attachments",
        ["organization_id", "agreement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attachments_organization_id_service_id"),
        "attachments",
        ["organization_id", "service_id"],
        unique=False,
    )

    op.create_table(
        "service_changes",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "scheduled",
                "in_progress",
                "completed",
                "cancelled",
                "billed",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "scheduled",
                "in_progress",
                "completed",
                "cancelled",
                "billed",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_service_changes_organization_id_service_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_service_changes_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_changes")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_service_changes_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_service_changes_organization_id_service_id_happened_at"),
        "service_changes",
        ["organization_id", "service_id", "happened_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_service_changes_organization_id_service_id_happened_at"), "service_changes"
    )

    op.drop_table("service_changes")
    op.drop_index(op.f("ix_attachments_organization_id_service_id"), "attachments")
    op.drop_index(op.f("ix_attachments_organization_id_agreement_id"), "attachments")

    op.drop_table("attachments")
    op.drop_table("funding_periods")
    op.drop_index(
        op.f("ix_budget_adjustments_organization_id_budget_id_effective_on_id"),
        "budget_adjustments",
    )

    op.drop_table("budget_adjustments")
    op.drop_table("agreed_items")
    op.drop_index(
        op.f("ix_service_agreements_organization_id_status_review_on"), "service_agreements"
    )
    op.drop_index(
        op.f("ix_service_agreements_organization_id_participant_id_starts_on"), "service_agreements"
    )

    op.drop_table("service_agreements")
    op.drop_index(op.f("ix_schedules_organization_id_participant_id_starts_on"), "schedules")

    op.drop_table("schedules")
    op.drop_index(
        op.f("ix_participant_workers_organization_id_user_id_participant_id"), "participant_workers"
    )

    op.drop_table("participant_workers")
    op.drop_table("participant_watchers")
    op.drop_index(op.f("ix_worker_leave_organization_id_user_id_ends_on"), "worker_leave")

    op.drop_table("worker_leave")
    op.drop_index(
        op.f("ix_worker_availability_organization_id_user_id_weekday"), "worker_availability"
    )

    op.drop_table("worker_availability")
    op.drop_index(
        op.f("ix_staff_qualifications_organization_id_expires_on"), "staff_qualifications"
    )

    op.drop_table("staff_qualifications")
    op.drop_index(op.f("ix_notifications_organization_id_user_id_read_at_id"), "notifications")
    op.drop_index(op.f("ix_notifications_organization_id_user_id_id"), "notifications")

    op.drop_table("notifications")
    op.drop_index(op.f("ix_email_logs_organization_id_user_id_created_at"), "email_logs")
    op.drop_index(op.f("ix_email_logs_organization_id_subject_type_subject_id"), "email_logs")
    op.drop_index(op.f("ix_email_logs_organization_id_status_created_at"), "email_logs")

    op.drop_table("email_logs")
    op.drop_table("sites")
    op.drop_table("periodic_runs")
