"""Add what stands on an organization's letterhead and invoices: address, logo, bank account."""

from __future__ import annotations

from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0007_add_organization_logo"
down_revision = "0006_add_service_signatures"
branch_labels = None
depends_on = None

COLUMNS = [
    NewColumn("street", "VARCHAR(200)"),
    NewColumn("suburb", "VARCHAR(200)"),
    NewColumn("postcode", "VARCHAR(4)"),
    NewColumn("contact_email", "VARCHAR(254)"),
    NewColumn("contact_phone", "VARCHAR(40)"),
    NewColumn("logo_sha256", "VARCHAR(64)"),
    NewColumn("bank_account_name", "VARCHAR(200)"),
    NewColumn("bank_bsb", "VARCHAR(6)"),
    NewColumn("bank_account_number", "VARCHAR(10)"),
    NewColumn("invoice_due_days", "INTEGER NOT NULL", "14"),
]
CONSTRAINTS = {
    "ck_organizations_invoice_due_days": "CONSTRAINT ck_organizations_invoice_due_days "
    "CHECK (invoice_due_days BETWEEN 0 AND 90)",
    "ck_organizations_bank_account": "CONSTRAINT ck_organizations_bank_account CHECK ("
    "(bank_bsb IS NULL) = (bank_account_number IS NULL) "
    "AND (bank_bsb IS NULL) = (bank_account_name IS NULL))",
}


def upgrade() -> None:
    alter(op.get_bind(), "organizations", add=COLUMNS, constrain=list(CONSTRAINTS.values()))


def downgrade() -> None:
    alter(
        op.get_bind(),
        "organizations",
        drop=[column.name for column in reversed(COLUMNS)],
        release=list(CONSTRAINTS),
    )
