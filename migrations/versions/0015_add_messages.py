"""Add messages: conversations of staff, and how each person wants to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_add_messages"
down_revision = "0014_chain_audit_log"
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
        "notification_choices",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "budgets",
                "plans",
                "incidents",
                "compliance",
                "documents",
                "mentions",
                "summaries",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_notification_choices_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_notification_choices_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_choices")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_notification_choices_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "kind",
            name=op.f("uq_notification_choices_organization_id_user_id_kind"),
        ),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column(
            "digest",
            sa.Enum(
                "never",
                "hourly",
                "daily",
                name="digest",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
            name=op.f("ck_notification_preferences_quiet_hours_have_both_ends"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_notification_preferences_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_notification_preferences_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_preferences")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_notification_preferences_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            name=op.f("uq_notification_preferences_organization_id_user_id"),
        ),
    )
    op.create_table(
        "sms_logs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(length=300), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "sent",
                "kept",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(status = 'waiting') = (handled_at IS NULL)",
            name=op.f("ck_sms_logs_handled_has_its_time"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_sms_logs_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_sms_logs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_logs")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_sms_logs_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id",
            "idempotency_key",
            name=op.f("uq_sms_logs_organization_id_idempotency_key"),
        ),
    )
    op.create_index(
        op.f("ix_sms_logs_organization_id_user_id_created_at"),
        "sms_logs",
        ["organization_id", "user_id", "created_at"],
    )
    op.create_table(
        "conversations",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_conversations_title")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_conversations_organization_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_conversations_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_conversations_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_conversations_organization_id_participant_id_last_message_at"),
        "conversations",
        ["organization_id", "participant_id", "last_message_at"],
    )
    op.create_table(
        "conversation_members",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("unread_count", sa.Integer(), nullable=False),
        sa.Column("unread_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(unread_count > 0) = (unread_since IS NOT NULL)",
            name=op.f("ck_conversation_members_unread_has_its_time"),
        ),
        sa.CheckConstraint("unread_count >= 0", name=op.f("ck_conversation_members_unread_count")),
        sa.ForeignKeyConstraint(
            ["organization_id", "conversation_id"],
            ["conversations.organization_id", "conversations.id"],
            name=op.f("fk_conversation_members_organization_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_conversation_members_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_conversation_members_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_members")),
        sa.UniqueConstraint(
            "organization_id",
            "conversation_id",
            "user_id",
            name=op.f("uq_conversation_members_organization_id_conversation_id_user_id"),
        ),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_conversation_members_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_conversation_members_organization_id_user_id_unread_count"),
        "conversation_members",
        ["organization_id", "user_id", "unread_count"],
    )
    op.create_index(
        op.f("ix_conversation_members_unread_since"), "conversation_members", ["unread_since"]
    )
    op.create_table(
        "messages",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reply_to_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (length(body) > 0)",
            name=op.f("ck_messages_removed_says_nothing"),
        ),
        sa.CheckConstraint("length(body) <= 10000", name=op.f("ck_messages_body")),
        sa.ForeignKeyConstraint(
            ["organization_id", "author_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_messages_organization_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "conversation_id"],
            ["conversations.organization_id", "conversations.id"],
            name=op.f("fk_messages_organization_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reply_to_id"],
            ["messages.organization_id", "messages.id"],
            name=op.f("fk_messages_organization_id_reply_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_messages_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "organization_id",
            "author_id",
            "idempotency_key",
            name=op.f("uq_messages_organization_id_author_id_idempotency_key"),
        ),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_messages_organization_id_id")),
    )
    op.create_index(
        op.f("ix_messages_organization_id_conversation_id_id"),
        "messages",
        ["organization_id", "conversation_id", "id"],
    )
    op.create_table(
        "message_mentions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "message_id"],
            ["messages.organization_id", "messages.id"],
            name=op.f("fk_message_mentions_organization_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_message_mentions_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_message_mentions_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_mentions")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_message_mentions_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "message_id",
            "user_id",
            name=op.f("uq_message_mentions_organization_id_message_id_user_id"),
        ),
    )
    op.create_table(
        "message_documents",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["documents.organization_id", "documents.id"],
            name=op.f("fk_message_documents_organization_id_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "message_id"],
            ["messages.organization_id", "messages.id"],
            name=op.f("fk_message_documents_organization_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_message_documents_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_documents")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_message_documents_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "message_id",
            "document_id",
            name=op.f("uq_message_documents_organization_id_message_id_document_id"),
        ),
    )
    op.create_index(
        op.f("ix_message_documents_organization_id_document_id"),
        "message_documents",
        ["organization_id", "document_id"],
    )


def downgrade() -> None:
    op.drop_table("message_documents")
    op.drop_table("message_mentions")
    op.drop_table("messages")
    op.drop_table("conversation_members")
    op.drop_table("conversations")
    op.drop_table("sms_logs")
    op.drop_table("notification_preferences")
    op.drop_table("notification_choices")
