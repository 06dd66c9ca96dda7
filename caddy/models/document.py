"""Documents and their versions: what is known of them. Their bytes lie in the storage."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    JsonList,
    Name,
    Reference,
    Stamped,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.documents import DocumentKind, search_words
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned

_THINGS = (
    *("service_id", "incident_id", "policy_id", "qualification_id", "agreement_id"),
    "care_record_id",
)
_HOW_MANY = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in _THINGS)


class Document(Base, OrganizationOwned, Stamped):
    """A document of whom or what it belongs to; of nothing, it is the organization's own.

    What belongs to a service, an agreement or a consent names its participant too, what belongs
    to a qualification its person: whose it is, is asked of those two. `version` is the number of
    the latest.
    """

    __tablename__ = "documents"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("users", "user_id"),
        belongs_to("services", "service_id"),
        belongs_to("incidents", "incident_id"),
        belongs_to("policies", "policy_id"),
        belongs_to("staff_qualifications", "qualification_id"),
        belongs_to("service_agreements", "agreement_id"),
        belongs_to("care_records", "care_record_id"),
        Index(None, "organization_id", "participant_id"),
        Index(None, "organization_id", "user_id"),
        *(Index(None, "organization_id", name) for name in _THINGS),
        Index(None, "organization_id", "kind"),
        Index(None, "organization_id", "expires_on"),
        CheckConstraint("length(title) > 0", name="title"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(f"{_HOW_MANY} <= 1", name="one_thing"),
        CheckConstraint("participant_id IS NULL OR user_id IS NULL", name="whose"),
        CheckConstraint(
            "participant_id IS NOT NULL OR "
            "(service_id IS NULL AND agreement_id IS NULL AND care_record_id IS NULL)",
            name="names_its_participant",
        ),
        CheckConstraint("user_id IS NOT NULL OR qualification_id IS NULL", name="names_its_person"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference | None]
    user_id: Mapped[Reference | None]
    service_id: Mapped[Reference | None]
    incident_id: Mapped[Reference | None]
    policy_id: Mapped[Reference | None]
    qualification_id: Mapped[Reference | None]
    agreement_id: Mapped[Reference | None]
    care_record_id: Mapped[Reference | None]
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind, "kind"))
    title: Mapped[Name]
    tags: Mapped[JsonList]
    expires_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    search_text: Mapped[str] = mapped_column(Text)

    def index_words(self, file_name: str) -> None:
        """Bring what lists and searches look in up to date with title, tags and file name."""
        self.search_text = search_words(self.title, self.tags, file_name)


class DocumentVersion(Base, OrganizationOwned, Stamped):
    """One version of a document, never changed; its bytes lie in the storage by SHA-256."""

    __tablename__ = "document_versions"
    __table_args__ = within_tenant(
        belongs_to("documents", "document_id", ondelete="CASCADE"),
        belongs_to("users", "uploaded_by"),
        UniqueConstraint("organization_id", "document_id", "number"),
        Index(None, "organization_id", "size_bytes"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("size_bytes > 0", name="size"),
    )

    id: Mapped[Id]
    document_id: Mapped[Reference]
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[Name]
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    uploaded_by: Mapped[Reference | None]
