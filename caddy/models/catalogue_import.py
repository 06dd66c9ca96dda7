"""One loading of a Support Catalogue file: which file, by whom, what it changed."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Name, Stamped, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class CatalogueImport(Base, OrganizationOwned, Stamped):
    __tablename__ = "catalogue_imports"
    __table_args__ = within_tenant(Index(None, "organization_id", "created_at"))

    id: Mapped[Id]
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
