"""Create the tables of the main job

Rules: the file is named NNNN_verb_noun.py and `revision` is its stem. Adding, filling and
tightening are three files. Both directions run on SQLite and PostgreSQL, with rows in them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_create_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("abn", sa.String(length=11), nullable=True),
        sa.Column("ndis_registration", sa.String(length=40), nullable=True),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=3), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("date_format", sa.String(length=40), nullable=False),
        sa.Column("business_hours_start", sa.Time(), nullable=False),
        sa.Column("business_hours_end", sa.Time(), nullable=False),
        sa.Column(
            "business_days",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("light_amber_percent", sa.Integer(), nullable=False),
        sa.Column("light_red_percent", sa.Integer(), nullable=False),
        sa.Column("alert_warning_percent", sa.Integer(), nullable=False),
        sa.Column("alert_critical_percent", sa.Integer(), nullable=False),
        sa.Column(
            "subscription_plan",
            sa.Enum(
                "free",
                "pro",
                "enterprise",
                name="subscription_plan",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "subscription_status",
            sa.Enum(
                "active",
                "past_due",
                "cancelled",
                name="subscription_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subscription_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("participant_limit", sa.Integer(), nullable=False),
        sa.Column(
            "features", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "alert_warning_percent > 0 AND alert_warning_percent < alert_critical_percent",
            name=op.f("ck_organizations_alert_thresholds"),
        ),
        sa.CheckConstraint(
            "light_amber_percent > 0 AND light_amber_percent < light_red_percent",
            name=op.f("ck_organizations_light_thresholds"),
        ),
        sa.CheckConstraint(
            "participant_limit >= 0", name=op.f("ck_organizations_participant_limit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("abn", name=op.f("uq_organizations_abn")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organizations_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organizations_subscription_status"),
            ["subscription_status"],
            unique=False,
        )

    op.create_table(
        "audit_logs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=400), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_audit_logs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_audit_logs_organization_id_id")),
    )
    with op.batch_alter_table("audit_logs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_logs_organization_id_entity_type_entity_id_happened_at"),
            ["organization_id", "entity_type", "entity_id", "happened_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_logs_organization_id_happened_at_id"),
            ["organization_id", "happened_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_logs_organization_id_user_id_happened_at"),
            ["organization_id", "user_id", "happened_at"],
            unique=False,
        )

    op.create_table(
        "catalogue_imports",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_catalogue_imports_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_imports")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_catalogue_imports_organization_id_id")
        ),
    )
    with op.batch_alter_table("catalogue_imports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_catalogue_imports_organization_id_created_at"),
            ["organization_id", "created_at"],
            unique=False,
        )

    op.create_table(
        "daily_totals",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("services", sa.Integer(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("services >= 0", name=op.f("ck_daily_totals_services")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_daily_totals_spent")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_daily_totals_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_totals")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_daily_totals_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id", "service_on", name=op.f("uq_daily_totals_organization_id_service_on")
        ),
    )
    op.create_table(
        "organization_contacts",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_contacts_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_contacts")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_organization_contacts_organization_id_id")
        ),
    )
    with op.batch_alter_table("organization_contacts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_organization_contacts_primary",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("is_primary = 1"),
            postgresql_where=sa.text("is_primary"),
        )

    op.create_table(
        "organization_totals",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("allocated_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "remaining_cents",
            sa.BigInteger(),
            sa.Computed("allocated_cents - committed_cents - spent_cents", persisted=True),
            nullable=False,
        ),
        sa.Column("active_participants", sa.Integer(), nullable=False),
        sa.Column("unclaimed_services", sa.Integer(), nullable=False),
        sa.Column("unclaimed_cents", sa.BigInteger(), nullable=False),
        sa.Column("rolled_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "active_participants >= 0", name=op.f("ck_organization_totals_active_participants")
        ),
        sa.CheckConstraint("allocated_cents >= 0", name=op.f("ck_organization_totals_allocated")),
        sa.CheckConstraint("committed_cents >= 0", name=op.f("ck_organization_totals_committed")),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_organization_totals_spent")),
        sa.CheckConstraint(
            "unclaimed_cents >= 0", name=op.f("ck_organization_totals_unclaimed_cents")
        ),
        sa.CheckConstraint(
            "unclaimed_services >= 0", name=op.f("ck_organization_totals_unclaimed_services")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_totals_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_totals")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_organization_totals_organization_id_id")
        ),
        sa.UniqueConstraint("organization_id", name=op.f("uq_organization_totals_organization_id")),
    )
    op.create_table(
        "outbox",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "queued",
                "done",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("rq_id", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_outbox_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_outbox_organization_id_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_organization_id_state_created_at"),
            ["organization_id", "state", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_state_run_after"), ["state", "run_after"], unique=False
        )

    op.create_table(
        "participants",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ndis_number", sa.String(length=9), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("preferred_name", sa.String(length=200), nullable=True),
        sa.Column("sort_name", sa.String(length=401), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("gender", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("mobile", sa.String(length=40), nullable=True),
        sa.Column("preferred_contact_method", sa.String(length=40), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("suburb", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=3), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("country", sa.String(length=40), nullable=False),
        sa.Column(
            "price_zone",
            sa.Enum(
                "national",
                "remote",
                "very_remote",
                name="price_zone",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("communication_needs", sa.Text(), nullable=True),
        sa.Column("cultural_considerations", sa.Text(), nullable=True),
        sa.Column(
            "interests", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("routines", sa.Text(), nullable=True),
        sa.Column(
            "custom_fields",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "inactive",
                "archived",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status = 'archived') = (archived_at IS NOT NULL)",
            name=op.f("ck_participants_archived_has_its_time"),
        ),
        sa.CheckConstraint("length(ndis_number) = 9", name=op.f("ck_participants_ndis_number")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_participants_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_participants_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "ndis_number",
            name=op.f("uq_participants_organization_id_ndis_number"),
        ),
    )
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participants_ndis_number"), ["ndis_number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participants_organization_id_sort_name_id"),
            ["organization_id", "sort_name", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_participants_organization_id_status_sort_name_id"),
            ["organization_id", "status", "sort_name", "id"],
            unique=False,
        )

    op.create_table(
        "support_items",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("registration_group_number", sa.String(length=40), nullable=False),
        sa.Column("registration_group_name", sa.String(length=200), nullable=False),
        sa.Column("support_category", sa.Integer(), nullable=False),
        sa.Column("support_category_pace", sa.Integer(), nullable=False),
        sa.Column("support_category_name", sa.String(length=200), nullable=False),
        sa.Column("support_category_name_pace", sa.String(length=200), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "H",
                "E",
                "D",
                "WK",
                "MON",
                "YR",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_quote", sa.Boolean(), nullable=False),
        sa.Column(
            "item_type",
            sa.Enum(
                "price_limited",
                "quotable",
                "unit_price_one",
                name="item_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "limits_cents", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("allows_non_face_to_face", sa.Boolean(), nullable=True),
        sa.Column("allows_provider_travel", sa.Boolean(), nullable=True),
        sa.Column("allows_short_notice_cancellation", sa.Boolean(), nullable=True),
        sa.Column("allows_ndia_reports", sa.Boolean(), nullable=True),
        sa.Column("allows_irregular_sil", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_support_items_period")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_support_items_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_items")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_support_items_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "item_number",
            "starts_on",
            name=op.f("uq_support_items_organization_id_item_number_starts_on"),
        ),
    )
    with op.batch_alter_table("support_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_items_organization_id_support_category_item_number"),
            ["organization_id", "support_category", "item_number"],
            unique=False,
        )

    op.create_table(
        "users",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("avatar_key", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "support_worker",
                "finance",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "permissions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "inactive",
                "suspended",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("notify_by_email", sa.Boolean(), nullable=False),
        sa.Column("notify_in_app", sa.Boolean(), nullable=False),
        sa.Column("notify_by_sms", sa.Boolean(), nullable=False),
        sa.Column("default_view", sa.String(length=40), nullable=False),
        sa.Column(
            "shortcuts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "presence_status",
            sa.Enum(
                "online",
                "away",
                "offline",
                name="presence_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("presence_page", sa.String(length=200), nullable=True),
        sa.Column("presence_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_users_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("external_id", name=op.f("uq_users_external_id")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_users_organization_id_id")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_users_organization_id_presence_seen_at"),
            ["organization_id", "presence_seen_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_users_organization_id_role"), ["organization_id", "role"], unique=False
        )

    op.create_table(
        "emergency_contacts",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relationship", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_emergency_contacts_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_emergency_contacts_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_contacts")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_emergency_contacts_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "participant_id",
            "position",
            name=op.f("uq_emergency_contacts_organization_id_participant_id_position"),
        ),
    )
    op.create_table(
        "medical_records",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "disabilities", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "medications", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "allergies", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "dietary_requirements",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_medical_records_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_medical_records_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medical_records")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_medical_records_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "participant_id",
            name=op.f("uq_medical_records_organization_id_participant_id"),
        ),
    )
    op.create_table(
        "participant_tags",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_participant_tags_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_participant_tags_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_tags")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_participant_tags_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "participant_id",
            "tag",
            name=op.f("uq_participant_tags_organization_id_participant_id_tag"),
        ),
    )
    with op.batch_alter_table("participant_tags", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_tags_organization_id_tag_participant_id"),
            ["organization_id", "tag", "participant_id"],
            unique=False,
        )

    op.create_table(
        "plans",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_number", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column(
            "management",
            sa.Enum(
                "self_managed",
                "plan_managed",
                "ndia_managed",
                name="management",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plan_manager", sa.String(length=200), nullable=True),
        sa.Column("support_coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "goals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_plans_period")),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_plans_total")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_plans_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "support_coordinator_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_plans_organization_id_support_coordinator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_plans_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_plans_organization_id_id")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plans_organization_id_ends_on"),
            ["organization_id", "ends_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_plans_organization_id_participant_id_starts_on"),
            ["organization_id", "participant_id", "starts_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_plans_organization_id_support_coordinator_id"),
            ["organization_id", "support_coordinator_id"],
            unique=False,
        )

    op.create_table(
        "budgets",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "core",
                "capital",
                "capacity_building",
                "recurring",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("support_category", sa.Integer(), nullable=False),
        sa.Column("allocated_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "remaining_cents",
            sa.BigInteger(),
            sa.Computed("allocated_cents - committed_cents - spent_cents", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "used_basis_points",
            sa.BigInteger(),
            sa.Computed(
                "CASE WHEN allocated_cents = 0 THEN 0 ELSE spent_cents * 10000 / allocated_cents END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("light_amber_percent", sa.Integer(), nullable=True),
        sa.Column("light_red_percent", sa.Integer(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "allocated_cents - committed_cents - spent_cents >= 0",
            name=op.f("ck_budgets_remaining"),
        ),
        sa.CheckConstraint("allocated_cents >= 0", name=op.f("ck_budgets_allocated")),
        sa.CheckConstraint("committed_cents >= 0", name=op.f("ck_budgets_committed")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_budgets_period")),
        sa.CheckConstraint(
            "light_amber_percent IS NULL OR light_amber_percent < light_red_percent",
            name=op.f("ck_budgets_light_thresholds"),
        ),
        sa.CheckConstraint("spent_cents >= 0", name=op.f("ck_budgets_spent")),
        sa.CheckConstraint(
            "support_category BETWEEN 1 AND 21", name=op.f("ck_budgets_support_category")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_budgets_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "plan_id"],
            ["plans.organization_id", "plans.id"],
            name=op.f("fk_budgets_organization_id_plan_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_budgets_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_budgets_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id",
            "plan_id",
            "support_category",
            "starts_on",
            name=op.f("uq_budgets_organization_id_plan_id_support_category_starts_on"),
        ),
    )
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_budgets_organization_id_is_current_ends_on"),
            ["organization_id", "is_current", "ends_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_budgets_organization_id_is_current_used_basis_points_id"),
            ["organization_id", "is_current", "used_basis_points", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_budgets_organization_id_participant_id_support_category"),
            ["organization_id", "participant_id", "support_category"],
            unique=False,
        )

    op.create_table(
        "budget_alerts",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "warning",
                "critical",
                name="type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("threshold_percent", sa.Integer(), nullable=False),
        sa.Column("is_triggered", sa.Boolean(), nullable=False),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "threshold_percent > 0", name=op.f("ck_budget_alerts_threshold_percent")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "budget_id"],
            ["budgets.organization_id", "budgets.id"],
            name=op.f("fk_budget_alerts_organization_id_budget_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_budget_alerts_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_alerts")),
        sa.UniqueConstraint(
            "organization_id",
            "budget_id",
            "type",
            name=op.f("uq_budget_alerts_organization_id_budget_id_type"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_budget_alerts_organization_id_id")
        ),
    )
    op.create_table(
        "services",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("support_worker_id", sa.Uuid(), nullable=False),
        sa.Column("support_item_id", sa.Uuid(), nullable=False),
        sa.Column("item_number", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.String(length=400), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=True),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "in_progress",
                "completed",
                "cancelled",
                "billed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("location_address", sa.String(length=400), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_services_location")
        ),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_services_duration")),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_services_period")),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_services_total")),
        sa.CheckConstraint("unit_price_cents >= 0", name=op.f("ck_services_unit_price")),
        sa.ForeignKeyConstraint(
            ["organization_id", "budget_id"],
            ["budgets.organization_id", "budgets.id"],
            name=op.f("fk_services_organization_id_budget_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_services_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "support_item_id"],
            ["support_items.organization_id", "support_items.id"],
            name=op.f("fk_services_organization_id_support_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "support_worker_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_services_organization_id_support_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_services_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_services_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id",
            "idempotency_key",
            name=op.f("uq_services_organization_id_idempotency_key"),
        ),
    )
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_services_organization_id_budget_id_status"),
            ["organization_id", "budget_id", "status"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_services_organization_id_participant_id_service_on_id"),
            ["organization_id", "participant_id", "service_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_services_organization_id_service_on_id"),
            ["organization_id", "service_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_services_organization_id_status_service_on"),
            ["organization_id", "status", "service_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_services_organization_id_support_worker_id_service_on_id"),
            ["organization_id", "support_worker_id", "service_on", "id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_services_organization_id_support_worker_id_service_on_id")
        )
        batch_op.drop_index(batch_op.f("ix_services_organization_id_status_service_on"))
        batch_op.drop_index(batch_op.f("ix_services_organization_id_service_on_id"))
        batch_op.drop_index(batch_op.f("ix_services_organization_id_participant_id_service_on_id"))
        batch_op.drop_index(batch_op.f("ix_services_organization_id_budget_id_status"))

    op.drop_table("services")
    op.drop_table("budget_alerts")
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_budgets_organization_id_participant_id_support_category")
        )
        batch_op.drop_index(
            batch_op.f("ix_budgets_organization_id_is_current_used_basis_points_id")
        )
        batch_op.drop_index(batch_op.f("ix_budgets_organization_id_is_current_ends_on"))

    op.drop_table("budgets")
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plans_organization_id_support_coordinator_id"))
        batch_op.drop_index(batch_op.f("ix_plans_organization_id_participant_id_starts_on"))
        batch_op.drop_index(batch_op.f("ix_plans_organization_id_ends_on"))

    op.drop_table("plans")
    with op.batch_alter_table("participant_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_tags_organization_id_tag_participant_id"))

    op.drop_table("participant_tags")
    op.drop_table("medical_records")
    op.drop_table("emergency_contacts")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_organization_id_role"))
        batch_op.drop_index(batch_op.f("ix_users_organization_id_presence_seen_at"))

    op.drop_table("users")
    with op.batch_alter_table("support_items", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_support_items_organization_id_support_category_item_number")
        )

    op.drop_table("support_items")
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participants_organization_id_status_sort_name_id"))
        batch_op.drop_index(batch_op.f("ix_participants_organization_id_sort_name_id"))
        batch_op.drop_index(batch_op.f("ix_participants_ndis_number"))

    op.drop_table("participants")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_state_run_after"))
        batch_op.drop_index(batch_op.f("ix_outbox_organization_id_state_created_at"))

    op.drop_table("outbox")
    op.drop_table("organization_totals")
    with op.batch_alter_table("organization_contacts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organization_contacts_primary",
            sqlite_where=sa.text("is_primary = 1"),
            postgresql_where=sa.text("is_primary"),
        )

    op.drop_table("organization_contacts")
    op.drop_table("daily_totals")
    with op.batch_alter_table("catalogue_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_imports_organization_id_created_at"))

    op.drop_table("catalogue_imports")
    with op.batch_alter_table("audit_logs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_logs_organization_id_user_id_happened_at"))
        batch_op.drop_index(batch_op.f("ix_audit_logs_organization_id_happened_at_id"))
        batch_op.drop_index(
            batch_op.f("ix_audit_logs_organization_id_entity_type_entity_id_happened_at")
        )

    op.drop_table("audit_logs")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_subscription_status"))
        batch_op.drop_index(batch_op.f("ix_organizations_created_at"))

    op.drop_table("organizations")
