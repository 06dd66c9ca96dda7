"""Add notes to incidents, documents of consents and plans, and where plan managers are reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0038_add_notes_and_managers"
down_revision = "0033_encrypt_private_fields"
branch_labels = None
depends_on = None

THINGS = ("service_id", "incident_id", "policy_id", "qualification_id", "agreement_id")
ONE_THING, WHOSE = "ck_documents_one_thing", "ck_documents_names_its_participant"
KEY = "fk_documents_organization_id_care_record_id"
BELONGS = (
    f"CONSTRAINT {KEY} FOREIGN KEY (organization_id, care_record_id) "
    "REFERENCES care_records (organization_id, id)"
)
INDEX = "ix_documents_organization_id_care_record_id"


def _one_thing(*names: str) -> str:
    how_many = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in names)
    return f"CONSTRAINT {ONE_THING} CHECK ({how_many} <= 1)"


def _whose(*names: str) -> str:
    without = " AND ".join(f"{name} IS NULL" for name in names)
    return f"CONSTRAINT {WHOSE} CHECK (participant_id IS NOT NULL OR ({without}))"


def _stamps() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
    ]


def _constraints(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id")),
    ]


def upgrade() -> None:
    alter(
        op.get_bind(),
        "documents",
        add=[NewColumn("care_record_id", "UUID")],
        release=[ONE_THING, WHOSE],
        constrain=[
            _one_thing(*THINGS, "care_record_id"),
            _whose("service_id", "agreement_id", "care_record_id"),
            BELONGS,
        ],
    )
    op.create_index(op.f(INDEX), "documents", ["organization_id", "care_record_id"])
    op.create_table(
        "incident_notes",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "incident_id"],
            ["incidents.organization_id", "incidents.id"],
            name=op.f("fk_incident_notes_organization_id_incident_id"),
        ),
        *_constraints("incident_notes"),
    )
    op.create_index(
        op.f("ix_incident_notes_organization_id_incident_id"),
        "incident_notes",
        ["organization_id", "incident_id"],
    )
    op.create_table(
        "plan_managers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("abn", sa.String(length=11), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("suburb", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=3), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        *_stamps(),
        *_constraints("plan_managers"),
        sa.UniqueConstraint(
            "organization_id", "name", name=op.f("uq_plan_managers_organization_id_name")
        ),
    )


def downgrade() -> None:
    op.drop_table("plan_managers")
    op.drop_table("incident_notes")
    op.drop_index(op.f(INDEX), table_name="documents")
    alter(
        op.get_bind(),
        "documents",
        release=[KEY, ONE_THING, WHOSE],
        drop=["care_record_id"],
        constrain=[_one_thing(*THINGS), _whose("service_id", "agreement_id")],
    )
