"""Add who confirmed a service, whether that is required, and the GST code of an item."""

from __future__ import annotations

from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0006_add_service_signatures"
down_revision = "0005_add_tasks"
branch_labels = None
depends_on = None

SIGNATURE = "ck_services_signature_has_its_time"
GST = "ck_support_items_gst_code"


def upgrade() -> None:
    bind = op.get_bind()
    alter(
        bind,
        "services",
        add=[
            NewColumn("signed_by", "VARCHAR(200)"),
            NewColumn("signed_at", "TIMESTAMP WITH TIME ZONE"),
        ],
        constrain=[f"CONSTRAINT {SIGNATURE} CHECK ((signed_by IS NULL) = (signed_at IS NULL))"],
    )
    alter(
        bind,
        "organizations",
        add=[NewColumn("is_signature_required", "BOOLEAN NOT NULL", "false")],
    )
    alter(
        bind,
        "support_items",
        add=[NewColumn("gst_code", "VARCHAR(40) NOT NULL", "'P2'")],
        constrain=[f"CONSTRAINT {GST} CHECK (gst_code IN ('P1', 'P2', 'P5'))"],
    )


def downgrade() -> None:
    bind = op.get_bind()
    alter(bind, "support_items", drop=["gst_code"], release=[GST])
    alter(bind, "organizations", drop=["is_signature_required"])
    alter(bind, "services", drop=["signed_by", "signed_at"], release=[SIGNATURE])
