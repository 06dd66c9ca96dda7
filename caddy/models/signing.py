"""Signatures on a screen: the document that is signed, the link to it, and the signature."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, Name, Reference, Stamped, belongs_to, within_tenant, words
from caddy.domain.signings import SignerRole, SigningWay
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class AgreementPaper(Base, OrganizationOwned, Stamped):
    """An agreement as a PDF in the storage, as it stood when its words had this `text_checksum`."""

    __tablename__ = "agreement_papers"
    __table_args__ = within_tenant(
        belongs_to("service_agreements", "agreement_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "agreement_id", "text_checksum"),
        CheckConstraint("size_bytes > 0", name="size"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[Reference]
    text_checksum: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)


class SigningLink(Base, OrganizationOwned, Stamped):
    """A link to sign one agreement or service, as it stood when its words had this checksum.

    The secret of its address is worked out from `seed`; only `token_hash` finds it again.
    """

    __tablename__ = "signing_links"
    __table_args__ = within_tenant(
        belongs_to("service_agreements", "agreement_id", ondelete="CASCADE"),
        belongs_to("services", "service_id", ondelete="CASCADE"),
        UniqueConstraint("token_hash"),
        Index(None, "organization_id", "agreement_id"),
        Index(None, "organization_id", "service_id"),
        CheckConstraint("(service_id IS NULL) != (agreement_id IS NULL)", name="one_subject"),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="one_end"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[Reference | None]
    service_id: Mapped[Reference | None]
    to_name: Mapped[Name]
    to_address: Mapped[str] = mapped_column(String(254))
    seed: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64))
    text_checksum: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class Signing(Base, OrganizationOwned, Stamped):
    """Who signed what, when, how and from where. Never changed: triggers of the database forbid it.

    They let through one change alone: that who signed is forgotten when the participant is.
    `checksum` is the SHA-256 of what was signed: the PDF of an agreement, the `text` of a
    service. `statement` is what was agreed to, word for word; `drawing` the path of the
    strokes, 600 by 200.
    """

    __tablename__ = "signings"
    __table_args__ = within_tenant(
        belongs_to("service_agreements", "agreement_id"),
        belongs_to("services", "service_id"),
        belongs_to("signing_links", "link_id"),
        UniqueConstraint("organization_id", "link_id"),
        Index(None, "organization_id", "agreement_id"),
        Index(None, "organization_id", "service_id", "signed_at"),
        CheckConstraint("(service_id IS NULL) != (agreement_id IS NULL)", name="one_subject"),
        CheckConstraint("(way = 'by_link') = (link_id IS NOT NULL)", name="link_of_its_way"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("length(checksum) = 64", name="checksum"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[Reference | None]
    service_id: Mapped[Reference | None]
    link_id: Mapped[Reference | None]
    name: Mapped[Name]
    role: Mapped[SignerRole] = mapped_column(words(SignerRole, "role"))
    way: Mapped[SigningWay] = mapped_column(words(SigningWay, "way"))
    statement: Mapped[str] = mapped_column(String(1000))
    text: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))
    drawing: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[Instant]
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(400))
