"""Add documents, their versions, and what searching reads of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_add_documents"
down_revision = "0012_add_registers"
branch_labels = None
depends_on = None

# The word for files of services and agreements is "document" since 0009.
KIND = "paper"
FUNCTION = f"""
CREATE FUNCTION search_documents() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN DELETE FROM search_entries WHERE id = OLD.id; RETURN OLD; END IF;
IF TG_OP = 'UPDATE' THEN
UPDATE search_entries SET words = NEW.search_text WHERE id = NEW.id; RETURN NEW; END IF;
INSERT INTO search_entries (id, organization_id, kind, words)
VALUES (NEW.id, NEW.organization_id, '{KIND}', NEW.search_text); RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("policy_id", sa.Uuid(), nullable=True),
        sa.Column("qualification_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "agreement",
                "assessment",
                "behaviour_support_plan",
                "certificate",
                "complaint",
                "consent",
                "correspondence",
                "identity",
                "incident",
                "insurance",
                "medical",
                "ndis_plan",
                "photo",
                "policy",
                "procedure",
                "receipt",
                "risk_assessment",
                "screening",
                "support_plan",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN service_id IS NULL THEN 0 ELSE 1 END + CASE WHEN incident_id IS NULL THEN 0 ELSE 1 END + CASE WHEN policy_id IS NULL THEN 0 ELSE 1 END + CASE WHEN qualification_id IS NULL THEN 0 ELSE 1 END + CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END <= 1",
            name=op.f("ck_documents_one_thing"),
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_documents_title")),
        sa.CheckConstraint(
            "participant_id IS NOT NULL OR (service_id IS NULL AND agreement_id IS NULL)",
            name=op.f("ck_documents_names_its_participant"),
        ),
        sa.CheckConstraint(
            "participant_id IS NULL OR user_id IS NULL", name=op.f("ck_documents_whose")
        ),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR qualification_id IS NULL",
            name=op.f("ck_documents_names_its_person"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_documents_version")),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_documents_organization_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "incident_id"],
            ["incidents.organization_id", "incidents.id"],
            name=op.f("fk_documents_organization_id_incident_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_documents_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "policy_id"],
            ["policies.organization_id", "policies.id"],
            name=op.f("fk_documents_organization_id_policy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "qualification_id"],
            ["staff_qualifications.organization_id", "staff_qualifications.id"],
            name=op.f("fk_documents_organization_id_qualification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_documents_organization_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_documents_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_documents_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_documents_organization_id_id")),
    )
    op.create_index(
        op.f("ix_documents_organization_id_agreement_id"),
        "documents",
        ["organization_id", "agreement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_expires_on"),
        "documents",
        ["organization_id", "expires_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_incident_id"),
        "documents",
        ["organization_id", "incident_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_kind"),
        "documents",
        ["organization_id", "kind"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_participant_id"),
        "documents",
        ["organization_id", "participant_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_policy_id"),
        "documents",
        ["organization_id", "policy_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_qualification_id"),
        "documents",
        ["organization_id", "qualification_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_service_id"),
        "documents",
        ["organization_id", "service_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organization_id_user_id"),
        "documents",
        ["organization_id", "user_id"],
        unique=False,
    )
    op.create_table(
        "document_versions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_versions_number")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_document_versions_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["documents.organization_id", "documents.id"],
            name=op.f("fk_document_versions_organization_id_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "uploaded_by"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_document_versions_organization_id_uploaded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_document_versions_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint(
            "organization_id",
            "document_id",
            "number",
            name=op.f("uq_document_versions_organization_id_document_id_number"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_document_versions_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_document_versions_organization_id_size_bytes"),
        "document_versions",
        ["organization_id", "size_bytes"],
        unique=False,
    )
    _follow()


def _follow() -> None:
    """Have the search entries follow the documents, as 0009 has them follow participants."""
    run = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name != "sqlite":
        run(FUNCTION)
        run(
            "CREATE TRIGGER search_documents AFTER INSERT OR DELETE OR UPDATE OF search_text "
            "ON documents FOR EACH ROW EXECUTE FUNCTION search_documents()"
        )
        return
    run(
        "CREATE TRIGGER search_documents_insert AFTER INSERT ON documents BEGIN "
        "INSERT INTO search_entries (id, organization_id, kind, words) "
        f"VALUES (new.id, new.organization_id, '{KIND}', new.search_text); END"
    )
    run(
        "CREATE TRIGGER search_documents_update AFTER UPDATE OF search_text ON documents BEGIN "
        "UPDATE search_entries SET words = new.search_text WHERE id = new.id; END"
    )
    run(
        "CREATE TRIGGER search_documents_delete AFTER DELETE ON documents BEGIN "
        "DELETE FROM search_entries WHERE id = old.id; END"
    )


def downgrade() -> None:
    connection = op.get_bind()
    # Tables take their triggers along, and not what the triggers wrote.
    op.drop_table("document_versions")
    op.drop_table("documents")
    connection.exec_driver_sql(f"DELETE FROM search_entries WHERE kind = '{KIND}'")
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION search_documents()")
