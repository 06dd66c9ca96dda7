"""A participant: who they are, how to reach them, what to know when supporting them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    JsonList,
    JsonMap,
    Name,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.participants import ParticipantStatus, PriceZone, shown_name
from caddy.domain.searching import searchable
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Participant(Base, OrganizationOwned, Stamped):
    """`sort_name` is "last, first" in lower case: lists are read by it, page by page.

    `mmm` is the Modified Monash Model's number of the address (1 city … 7 very remote): it
    caps travel time and decides the `price_zone`. `needs_two_workers` participants may have two
    shifts at once (2:1).
    `search_text` holds the names and the NDIS number as a search compares them.
    After `erased_at` only their money is left: nothing says who they were.
    """

    __tablename__ = "participants"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "ndis_number"),
        Index(None, "ndis_number"),
        Index(None, "organization_id", "status", "sort_name", "id"),
        belongs_to("sites", "site_id"),
        Index(None, "organization_id", "sort_name", "id"),
        Index(None, "organization_id", "site_id"),
        CheckConstraint("length(ndis_number) = 9", name="ndis_number"),
        CheckConstraint("mmm BETWEEN 1 AND 7", name="mmm"),
        CheckConstraint(
            "(status = 'archived') = (archived_at IS NOT NULL)", name="archived_has_its_time"
        ),
    )

    id: Mapped[Id]
    ndis_number: Mapped[str] = mapped_column(String(9))
    first_name: Mapped[Name]
    last_name: Mapped[Name]
    preferred_name: Mapped[Name | None]
    sort_name: Mapped[str] = mapped_column(String(401))
    search_text: Mapped[str] = mapped_column(Text)
    date_of_birth: Mapped[date]
    gender: Mapped[Word | None]

    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[Word | None]
    mobile: Mapped[Word | None]
    preferred_contact_method: Mapped[Word | None]

    street: Mapped[Name | None]
    suburb: Mapped[Name | None]
    state: Mapped[str | None] = mapped_column(String(3))
    postcode: Mapped[str | None] = mapped_column(String(4))
    country: Mapped[Word] = mapped_column(default="Australia")
    price_zone: Mapped[PriceZone] = mapped_column(
        words(PriceZone, "price_zone"), default=PriceZone.NATIONAL
    )

    mmm: Mapped[int] = mapped_column(default=1)
    site_id: Mapped[Reference | None]
    needs_two_workers: Mapped[bool] = mapped_column(default=False)

    communication_needs: Mapped[str | None] = mapped_column(Text)
    cultural_considerations: Mapped[str | None] = mapped_column(Text)
    interests: Mapped[JsonList]
    routines: Mapped[str | None] = mapped_column(Text)
    custom_fields: Mapped[JsonMap]

    status: Mapped[ParticipantStatus] = mapped_column(
        words(ParticipantStatus, "status"), default=ParticipantStatus.ACTIVE
    )
    archived_at: Mapped[Instant | None]
    archived_by: Mapped[Reference | None]
    erased_at: Mapped[Instant | None]

    @property
    def name(self) -> str:
        return shown_name(self.first_name, self.last_name, self.preferred_name)

    def index_names(self) -> None:
        """Bring the columns that lists sort and search by up to date with the names."""
        for name, value in indexed_names(
            self.first_name, self.last_name, self.preferred_name, self.ndis_number
        ).items():
            setattr(self, name, value)


def indexed_names(first: str, last: str, preferred: str | None, number: str) -> dict[str, str]:
    """Return the columns that lists sort and search by, from the names and the NDIS number."""
    return {
        "sort_name": f"{last}, {first}".lower(),
        "search_text": searchable(first, last, preferred or "", number),
    }


class EmergencyContact(Base, OrganizationOwned, Stamped):
    """Whom to call about a participant, in order."""

    __tablename__ = "emergency_contacts"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "participant_id", "position"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    position: Mapped[int]
    name: Mapped[Name]
    relationship: Mapped[Name]
    phone: Mapped[Word]
    is_primary: Mapped[bool] = mapped_column(default=False)


class ParticipantTag(Base, OrganizationOwned, Stamped):
    """One word by which a provider groups its participants."""

    __tablename__ = "participant_tags"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "participant_id", "tag"),
        Index(None, "organization_id", "tag", "participant_id"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    tag: Mapped[Word]


class ParticipantWorker(Base, OrganizationOwned, Stamped):
    """A worker of a participant's team: those who see only their own see these."""

    __tablename__ = "participant_workers"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "participant_id", "user_id"),
        Index(None, "organization_id", "user_id", "participant_id"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    user_id: Mapped[Reference]


class ParticipantWatcher(Base, OrganizationOwned, Stamped):
    """Someone who asked to be told of a participant's budget alerts."""

    __tablename__ = "participant_watchers"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "participant_id", "user_id"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    user_id: Mapped[Reference]
