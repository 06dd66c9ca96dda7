"""Filters of lists that people keep under a name."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Reference, Stamped, belongs_to, within_tenant
from caddy.domain.saved_filters import LONGEST_NAME, LONGEST_PAGE, LONGEST_QUERY
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class SavedFilter(Base, OrganizationOwned, Stamped):
    """A list narrowed as someone likes it: `page` is the list's endpoint, `query` its address.

    `opens_first_for` is its owner where the list opens with it, otherwise empty: of each list
    one at the most. A query may hold a name that was typed: it is written into no log.
    """

    __tablename__ = "saved_filters"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "page", "name"),
        UniqueConstraint("organization_id", "opens_first_for", "page"),
        Index(None, "organization_id", "page"),
        Index(None, "organization_id", "is_shared"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    page: Mapped[str] = mapped_column(String(LONGEST_PAGE))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    is_shared: Mapped[bool]
    opens_first_for: Mapped[Reference | None]

    @property
    def opens_first(self) -> bool:
        return self.opens_first_for is not None
