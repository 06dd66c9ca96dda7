"""Files that were loaded, what became of each row, and the ids that the old system used."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Cents,
    Id,
    Instant,
    JsonList,
    JsonMap,
    Name,
    Reference,
    SensitiveList,
    SensitiveMap,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.runs import ImportState, RowOutcome
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Import(Base, OrganizationOwned, Stamped):
    """One file, or a file of people and one of their plans, on its way into the tables.

    `files` lists `{file_name, sha256, size_bytes, mapping, rows}`, one or two; the bytes lie in
    the storage. `next_file` and `next_place` say where to go on: both move in the transaction
    of the rows before them. `tried` is what the dry run said. `money_cents` is the money that
    the file brought in: of plans what they allocate, of services what they cost.
    """

    __tablename__ = "imports"
    __table_args__ = within_tenant(
        Index(None, "organization_id", "created_at", "id"),
        CheckConstraint(
            "created >= 0 AND updated >= 0 AND skipped >= 0 AND failed >= 0", name="counts"
        ),
        CheckConstraint("next_file >= 0 AND next_place >= 0", name="position"),
    )

    id: Mapped[Id]
    kind: Mapped[ImportKind] = mapped_column(words(ImportKind, "kind"))
    state: Mapped[ImportState] = mapped_column(
        words(ImportState, "state"), default=ImportState.UPLOADED
    )
    source_system: Mapped[Word] = mapped_column(default="")
    files: Mapped[JsonList]
    next_file: Mapped[int] = mapped_column(default=0)
    next_place: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    money_cents: Mapped[Cents] = mapped_column(default=0)
    tried: Mapped[JsonMap]
    task_id: Mapped[Reference | None]
    finished_at: Mapped[Instant | None]

    @property
    def file_name(self) -> str:
        return str(self.files[0]["file_name"])


class ImportRow(Base, OrganizationOwned, Stamped):
    """What became of an entry of a file: one row of it, or those that belong together.

    `before` holds what a change replaced. `cells` and `errors` are kept of failed ones
    only: the rows as they stood in the file, and why each was refused. What people wrote of others'
    health may be among either: `before` and `cells` are encrypted.
    """

    __tablename__ = "import_rows"
    __table_args__ = within_tenant(
        belongs_to("imports", "import_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "import_id", "file_number", "place"),
        Index(
            "ix_import_rows_outcome",  # PostgreSQL keeps 63 letters of a name
            "organization_id",
            "import_id",
            "outcome",
            "file_number",
            "place",
        ),
        Index(None, "organization_id", "subject_id"),
        CheckConstraint("file_number >= 0 AND place >= 0", name="place"),
    )

    id: Mapped[Id]
    import_id: Mapped[Reference]
    file_number: Mapped[int]
    place: Mapped[int]
    outcome: Mapped[RowOutcome] = mapped_column(words(RowOutcome, "outcome"))
    subject_id: Mapped[Reference | None]
    cents: Mapped[int] = mapped_column(BigInteger, default=0)
    before: Mapped[SensitiveMap]
    errors: Mapped[JsonList]
    cells: Mapped[SensitiveList]


class ImportMapping(Base, OrganizationOwned, Stamped):
    """Which column holds what: remembered by kind and by the header it was chosen for."""

    __tablename__ = "import_mappings"
    __table_args__ = within_tenant(UniqueConstraint("organization_id", "kind", "header_sha256"))

    id: Mapped[Id]
    kind: Mapped[ImportKind] = mapped_column(words(ImportKind, "kind"))
    header_sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[JsonMap]


class IdMapping(Base, OrganizationOwned, Stamped):
    """The id that something had in the old system, and the one it has here."""

    __tablename__ = "id_mappings"
    __table_args__ = within_tenant(
        belongs_to("imports", "import_id"),
        UniqueConstraint("organization_id", "source_system", "kind", "old_id"),
        Index(None, "organization_id", "old_id"),
        Index(None, "organization_id", "new_id"),
        Index(None, "organization_id", "import_id"),
        CheckConstraint("length(old_id) > 0", name="old_id"),
    )

    id: Mapped[Id]
    source_system: Mapped[Word]
    kind: Mapped[ImportKind] = mapped_column(words(ImportKind, "kind"))
    old_id: Mapped[Name]
    new_id: Mapped[Reference]
    import_id: Mapped[Reference]
