"""Add the tables of claims; a cancelled service keeps its fee once that is billed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caddy.table_changes import alter

revision = "0004_add_claims"
down_revision = "0003_add_money_columns"
branch_labels = None
depends_on = None

FEE = "ck_services_cancelled_has_its_fee"
BEFORE = f"CONSTRAINT {FEE} CHECK ((status = 'cancelled') = (fee_percent IS NOT NULL))"
AFTER = (
    f"CONSTRAINT {FEE} "
    "CHECK (status = 'billed' OR (status = 'cancelled') = (fee_percent IS NOT NULL))"
)


def upgrade() -> None:
    alter(op.get_bind(), "services", constrain=[AFTER], release=[FEE])
    op.create_table(
        "claim_counters",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_claim_counters_last_number")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_claim_counters_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_counters")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_claim_counters_organization_id_id")
        ),
        sa.UniqueConstraint("organization_id", name=op.f("uq_claim_counters_organization_id")),
    )
    op.create_table(
        "claims",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("period_starts_on", sa.Date(), nullable=False),
        sa.Column("period_ends_on", sa.Date(), nullable=False),
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
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "rejected",
                "paid",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("service_count", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("rejected_cents", sa.BigInteger(), nullable=False),
        sa.Column("credited_cents", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_reference", sa.String(length=200), nullable=True),
        sa.Column(
            "response_errors",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "response_warnings",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('draft', 'withdrawn')) = (submitted_at IS NULL)",
            name=op.f("ck_claims_submitted_has_its_time"),
        ),
        sa.CheckConstraint("line_count >= 0 AND service_count >= 0", name=op.f("ck_claims_counts")),
        sa.CheckConstraint("number > 0", name=op.f("ck_claims_number")),
        sa.CheckConstraint("period_ends_on >= period_starts_on", name=op.f("ck_claims_period")),
        sa.CheckConstraint(
            "total_cents >= 0 AND paid_cents >= 0 AND rejected_cents >= 0 AND credited_cents >= 0",
            name=op.f("ck_claims_sums"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_claims_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_claims_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_claims_organization_id_number")
        ),
    )
    op.create_index(
        op.f("ix_claims_organization_id_period_starts_on"),
        "claims",
        ["organization_id", "period_starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_claims_organization_id_status_number"),
        "claims",
        ["organization_id", "status", "number"],
        unique=False,
    )
    op.create_table(
        "result_files",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_result_files_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_files")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_result_files_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id", "sha256", name=op.f("uq_result_files_organization_id_sha256")
        ),
    )
    op.create_table(
        "result_mappings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("header_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_result_mappings_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_mappings")),
        sa.UniqueConstraint(
            "organization_id",
            "header_sha256",
            name=op.f("uq_result_mappings_organization_id_header_sha256"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_result_mappings_organization_id_id")
        ),
    )
    op.create_table(
        "claim_files",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "bulk_csv",
                "invoice_pdf",
                "invoice_csv",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("addressee", sa.String(length=401), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_claim_files_row_count")),
        sa.ForeignKeyConstraint(
            ["organization_id", "claim_id"],
            ["claims.organization_id", "claims.id"],
            name=op.f("fk_claim_files_organization_id_claim_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_claim_files_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_files")),
        sa.UniqueConstraint(
            "organization_id",
            "claim_id",
            "file_name",
            name=op.f("uq_claim_files_organization_id_claim_id_file_name"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_claim_files_organization_id_id")
        ),
    )
    op.create_table(
        "claim_lines",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim_reference", sa.String(length=50), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
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
        sa.Column("payer", sa.String(length=401), nullable=False),
        sa.Column("item_number", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.String(length=400), nullable=False),
        sa.Column("support_category", sa.Integer(), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column(
            "claim_type",
            sa.Enum(
                "direct",
                "non_face_to_face",
                "travel",
                "travel_costs",
                "cancellation",
                "ndia_report",
                "telehealth",
                "irregular_sil",
                name="claim_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "cancellation_reason",
            sa.Enum(
                "NSDH",
                "NSDF",
                "NSDT",
                "NSDO",
                name="cancellation_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=True),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "gst_code",
            sa.Enum(
                "P1",
                "P2",
                "P5",
                name="gst_code",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "accepted",
                "paid",
                "part_paid",
                "rejected",
                "credited",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("result_cents", sa.BigInteger(), nullable=True),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_capped", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=200), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=True),
        sa.Column("credit_reason", sa.String(length=1000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(claim_type = 'cancellation') = (cancellation_reason IS NOT NULL)",
            name=op.f("ck_claim_lines_cancellation_has_its_reason"),
        ),
        sa.CheckConstraint(
            "(minutes IS NULL) != (quantity_milli IS NULL)",
            name=op.f("ck_claim_lines_hours_or_quantity"),
        ),
        sa.CheckConstraint(
            "paid_cents >= 0 AND received_cents >= 0", name=op.f("ck_claim_lines_paid")
        ),
        sa.CheckConstraint(
            "unit_price_cents >= 0 AND total_cents >= 0", name=op.f("ck_claim_lines_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "claim_id"],
            ["claims.organization_id", "claims.id"],
            name=op.f("fk_claim_lines_organization_id_claim_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_claim_lines_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_claim_lines_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
        sa.UniqueConstraint(
            "organization_id",
            "claim_id",
            "position",
            name=op.f("uq_claim_lines_organization_id_claim_id_position"),
        ),
        sa.UniqueConstraint(
            "organization_id",
            "claim_reference",
            name=op.f("uq_claim_lines_organization_id_claim_reference"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_claim_lines_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_claim_lines_organization_id_participant_id_service_on"),
        "claim_lines",
        ["organization_id", "participant_id", "service_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_claim_lines_organization_id_status_service_on"),
        "claim_lines",
        ["organization_id", "status", "service_on"],
        unique=False,
    )
    op.create_table(
        "payments",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_line_id", sa.Uuid(), nullable=False),
        sa.Column("result_file_id", sa.Uuid(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_payments_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "claim_line_id"],
            ["claim_lines.organization_id", "claim_lines.id"],
            name=op.f("fk_payments_organization_id_claim_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "result_file_id"],
            ["result_files.organization_id", "result_files.id"],
            name=op.f("fk_payments_organization_id_result_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_payments_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "organization_id",
            "claim_line_id",
            "paid_on",
            "reference",
            name=op.f("uq_payments_organization_id_claim_line_id_paid_on_reference"),
        ),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_payments_organization_id_id")),
    )
    op.create_index(
        op.f("ix_payments_organization_id_paid_on"),
        "payments",
        ["organization_id", "paid_on"],
        unique=False,
    )
    op.create_table(
        "claim_services",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("claim_line_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_claim_services_total")),
        sa.ForeignKeyConstraint(
            ["organization_id", "claim_id"],
            ["claims.organization_id", "claims.id"],
            name=op.f("fk_claim_services_organization_id_claim_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "claim_line_id"],
            ["claim_lines.organization_id", "claim_lines.id"],
            name=op.f("fk_claim_services_organization_id_claim_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_claim_services_organization_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_claim_services_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_services")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_claim_services_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_claim_services_organization_id_claim_id"),
        "claim_services",
        ["organization_id", "claim_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_claim_services_organization_id_claim_line_id"),
        "claim_services",
        ["organization_id", "claim_line_id"],
        unique=False,
    )
    op.create_index(
        "uq_claim_services_live",
        "claim_services",
        ["organization_id", "service_id"],
        unique=True,
        sqlite_where=sa.text("is_live IS 1"),
        postgresql_where=sa.text("is_live IS true"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_claim_services_live",
        table_name="claim_services",
        sqlite_where=sa.text("is_live IS 1"),
        postgresql_where=sa.text("is_live IS true"),
    )
    op.drop_index(
        op.f("ix_claim_services_organization_id_claim_line_id"), table_name="claim_services"
    )
    op.drop_index(op.f("ix_claim_services_organization_id_claim_id"), table_name="claim_services")
    op.drop_table("claim_services")
    op.drop_index(op.f("ix_payments_organization_id_paid_on"), table_name="payments")
    op.drop_table("payments")
    op.drop_index(
        op.f("ix_claim_lines_organization_id_status_service_on"), table_name="claim_lines"
    )
    op.drop_index(
        op.f("ix_claim_lines_organization_id_participant_id_service_on"), table_name="claim_lines"
    )
    op.drop_table("claim_lines")
    op.drop_table("claim_files")
    op.drop_table("result_mappings")
    op.drop_table("result_files")
    op.drop_index(op.f("ix_claims_organization_id_status_number"), table_name="claims")
    op.drop_index(op.f("ix_claims_organization_id_period_starts_on"), table_name="claims")
    op.drop_table("claims")
    op.drop_table("claim_counters")
    op.execute("UPDATE services SET fee_percent = NULL WHERE status = 'billed'")
    alter(op.get_bind(), "services", constrain=[BEFORE], release=[FEE])
