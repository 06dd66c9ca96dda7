"""Add imports: files on their way in, what became of each row, and the old system's ids."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_add_imports"
down_revision = "0007_add_organization_logo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                "plans",
                "staff",
                "agreements",
                "services",
                "catalogue",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
            name=op.f("fk_import_mappings_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_import_mappings_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "header_sha256",
            name=op.f("uq_import_mappings_organization_id_kind_header_sha256"),
        ),
    )
    op.create_table(
        "imports",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                "plans",
                "staff",
                "agreements",
                "services",
                "catalogue",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "uploaded",
                "checked",
                "running",
                "done",
                "cancelled",
                "rolled_back",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_system", sa.String(length=40), nullable=False),
        sa.Column(
            "files", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("next_file", sa.Integer(), nullable=False),
        sa.Column("next_place", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("money_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "tried", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "created >= 0 AND updated >= 0 AND skipped >= 0 AND failed >= 0",
            name=op.f("ck_imports_counts"),
        ),
        sa.CheckConstraint("next_file >= 0 AND next_place >= 0", name=op.f("ck_imports_position")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_imports_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_imports_organization_id_id")),
    )
    op.create_index(
        op.f("ix_imports_organization_id_created_at_id"),
        "imports",
        ["organization_id", "created_at", "id"],
        unique=False,
    )

    op.create_table(
        "id_mappings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_system", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                "plans",
                "staff",
                "agreements",
                "services",
                "catalogue",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("old_id", sa.String(length=200), nullable=False),
        sa.Column("new_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("length(old_id) > 0", name=op.f("ck_id_mappings_old_id")),
        sa.ForeignKeyConstraint(
            ["organization_id", "import_id"],
            ["imports.organization_id", "imports.id"],
            name=op.f("fk_id_mappings_organization_id_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_id_mappings_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_id_mappings")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_id_mappings_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "source_system",
            "kind",
            "old_id",
            name=op.f("uq_id_mappings_organization_id_source_system_kind_old_id"),
        ),
    )
    op.create_index(
        op.f("ix_id_mappings_organization_id_import_id"),
        "id_mappings",
        ["organization_id", "import_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_id_mappings_organization_id_new_id"),
        "id_mappings",
        ["organization_id", "new_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_id_mappings_organization_id_old_id"),
        "id_mappings",
        ["organization_id", "old_id"],
        unique=False,
    )

    op.create_table(
        "import_rows",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("file_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "created",
                "updated",
                "skipped",
                "failed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "errors", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "cells", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("file_number >= 0 AND place >= 0", name=op.f("ck_import_rows_place")),
        sa.ForeignKeyConstraint(
            ["organization_id", "import_id"],
            ["imports.organization_id", "imports.id"],
            name=op.f("fk_import_rows_organization_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_import_rows_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_import_rows_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "import_id",
            "file_number",
            "place",
            name=op.f("uq_import_rows_organization_id_import_id_file_number_place"),
        ),
    )
    op.create_index(
        op.f("ix_import_rows_organization_id_subject_id"),
        "import_rows",
        ["organization_id", "subject_id"],
        unique=False,
    )
    op.create_index(
        "ix_import_rows_outcome",
        "import_rows",
        ["organization_id", "import_id", "outcome", "file_number", "place"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_import_rows_outcome", table_name="import_rows")
    op.drop_index(op.f("ix_import_rows_organization_id_subject_id"), table_name="import_rows")

    op.drop_table("import_rows")
    op.drop_index(op.f("ix_id_mappings_organization_id_old_id"), table_name="id_mappings")
    op.drop_index(op.f("ix_id_mappings_organization_id_new_id"), table_name="id_mappings")
    op.drop_index(op.f("ix_id_mappings_organization_id_import_id"), table_name="id_mappings")

    op.drop_table("id_mappings")
    op.drop_index(op.f("ix_imports_organization_id_created_at_id"), table_name="imports")

    op.drop_table("imports")
    op.drop_table("import_mappings")
