"""Add signatures on a screen: the papers that are signed, links to them, and the signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_add_signings"
down_revision = "0017_add_scores"
branch_labels = None
depends_on = None

STAMPS = (
    ("created_at", sa.DateTime(timezone=True), False),
    ("updated_at", sa.DateTime(timezone=True), False),
    ("created_by", sa.Uuid(), True),
    ("updated_by", sa.Uuid(), True),
)
# A signature stays as it was given. Only who gave it can be forgotten, when the participant is.
KEPT = (
    *("organization_id", "id", "agreement_id", "service_id", "link_id", "role", "way"),
    *("statement", "checksum", "signed_at", "created_at", "created_by"),
)
FORGOTTEN = "NEW.name = 'Erased' AND NEW.text = '' AND " + " AND ".join(
    f"NEW.{name} IS NULL" for name in ("drawing", "ip", "user_agent")
)
REFUSAL = "a signature is never changed or deleted"


def _stamps() -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=is_null) for name, kind, is_null in STAMPS]


def _is_forgetting(same: str) -> str:
    return " AND ".join([FORGOTTEN, *(f"NEW.{name} {same} OLD.{name}" for name in KEPT)])


def _guard() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for event, when in (("update", f"WHEN NOT ({_is_forgetting('IS')}) "), ("delete", "")):
            connection.exec_driver_sql(
                f"CREATE TRIGGER signings_kept_{event} BEFORE {event.upper()} ON signings "
                f"{when}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION signings_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {_is_forgetting('IS NOT DISTINCT FROM')} "
        f"THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    connection.exec_driver_sql(
        "CREATE TRIGGER signings_kept BEFORE UPDATE OR DELETE ON signings "
        "FOR EACH ROW EXECUTE FUNCTION signings_kept()"
    )


def upgrade() -> None:
    op.create_table(
        "agreement_papers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("text_checksum", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_agreement_papers_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_agreement_papers_organization_id_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_agreement_papers_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_papers")),
        sa.UniqueConstraint(
            "organization_id",
            "agreement_id",
            "text_checksum",
            name=op.f("uq_agreement_papers_organization_id_agreement_id_text_checksum"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_agreement_papers_organization_id_id")
        ),
    )
    op.create_table(
        "signing_links",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("text_checksum", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(service_id IS NULL) != (agreement_id IS NULL)",
            name=op.f("ck_signing_links_one_subject"),
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_signing_links_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_signing_links_organization_id_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_signing_links_organization_id_service_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_signing_links_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_links")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_signing_links_organization_id_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signing_links_token_hash")),
    )
    op.create_index(
        op.f("ix_signing_links_organization_id_agreement_id"),
        "signing_links",
        ["organization_id", "agreement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_signing_links_organization_id_service_id"),
        "signing_links",
        ["organization_id", "service_id"],
        unique=False,
    )
    op.create_table(
        "signings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "participant",
                "nominee",
                "parent",
                "guardian",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "on_screen",
                "by_link",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.String(length=1000), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=400), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(way = 'by_link') = (link_id IS NOT NULL)", name=op.f("ck_signings_link_of_its_way")
        ),
        sa.CheckConstraint(
            "(service_id IS NULL) != (agreement_id IS NULL)", name=op.f("ck_signings_one_subject")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_signings_name")),
        sa.CheckConstraint("length(checksum) = 64", name=op.f("ck_signings_checksum")),
        sa.ForeignKeyConstraint(
            ["organization_id", "agreement_id"],
            ["service_agreements.organization_id", "service_agreements.id"],
            name=op.f("fk_signings_organization_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "link_id"],
            ["signing_links.organization_id", "signing_links.id"],
            name=op.f("fk_signings_organization_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "service_id"],
            ["services.organization_id", "services.id"],
            name=op.f("fk_signings_organization_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_signings_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signings")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_signings_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "link_id", name=op.f("uq_signings_organization_id_link_id")
        ),
    )
    op.create_index(
        op.f("ix_signings_organization_id_agreement_id"),
        "signings",
        ["organization_id", "agreement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_signings_organization_id_service_id_signed_at"),
        "signings",
        ["organization_id", "service_id", "signed_at"],
        unique=False,
    )
    _guard()


def downgrade() -> None:
    op.drop_table("signings")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION signings_kept()")
    op.drop_table("signing_links")
    op.drop_table("agreement_papers")
