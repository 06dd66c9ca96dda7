"""Column types, stamps and constraints that every table shares.

Knows nothing of any one table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from caddy import keys


def new_id() -> UUID:
    """Return a UUIDv7: it sorts by the time it was made, so that pages can be read by key."""
    return uuid_utils.compat.uuid7()


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, always aware and always UTC, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone; use clock.now().")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return how a value is bound, which is worked out once for rows stamped alike in bulk."""
        convert = super().bind_processor(dialect)
        if convert is None:
            return None
        kept: tuple[datetime | None, Any] = (None, None)

        def bind(value: datetime | None) -> Any:
            nonlocal kept
            last, bound = kept
            if value is None or value is not last:
                bound = convert(value)
                kept = (value, bound)
            return bound

        return bind

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that the database sees only encrypted: it can neither search nor sort by it.

    `place` is the column's, as `table.column`, set where the column joins its table. Each
    writing of the same text looks different, so that equal values do not show.
    """

    impl = Text
    cache_ok = True

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else keys.encrypt(self.plain(value), self._known_place())

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else self.value(keys.decrypt(value, self._known_place()))

    def plain(self, value: Any) -> str:
        """Return a value as the text that is encrypted."""
        return str(value)

    def value(self, plain: str) -> Any:
        """Return what such a text stands for."""
        return plain

    def _known_place(self) -> str:
        if not self.place:
            raise RuntimeError("An encrypted column belongs to no table.")
        return self.place


class EncryptedJson(EncryptedText):
    """A list or map, encrypted as `EncryptedText` is; assign it anew to change it."""

    cache_ok = True

    def plain(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value(self, plain: str) -> Any:
        return json.loads(plain)


@event.listens_for(Column, "after_parent_attach")
def _tell_place(column: Column[Any], table: Any) -> None:
    """Tell an encrypted column's type whose it is. Each column has a type of its own."""
    if isinstance(table, Table) and isinstance(column.type, EncryptedText):
        column.type = type(column.type)(f"{table.name}.{column.name}")


Json = JSON().with_variant(JSONB(), "postgresql")

# A select of columns that is narrowed and sorted step by step.
Rows = Select[*tuple[Any, ...]]

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Reference = Annotated[UUID, mapped_column(Uuid)]
Cents = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Name = Annotated[str, mapped_column(String(200))]
Word = Annotated[str, mapped_column(String(40))]
# What is told of people in confidence, encrypted. Lists neither search nor sort by it, and the
# audit log says only that it changed.
SensitiveText = Annotated[str, mapped_column(EncryptedText(), info={"is_sensitive": True})]
SensitiveList = Annotated[
    list[Any], mapped_column(EncryptedJson(), default=list, info={"is_sensitive": True})
]
SensitiveMap = Annotated[
    dict[str, Any], mapped_column(EncryptedJson(), default=dict, info={"is_sensitive": True})
]
# What proves who someone is: the secret of a second factor.
SecretText = EncryptedText
JsonList = Annotated[list[Any], mapped_column(Json, default=list)]
JsonMap = Annotated[dict[str, Any], mapped_column(Json, default=dict)]


class Stamped:
    """When and by whom a row was made and last changed; `transaction` fills it in.

    The people are plain ids: they are never deleted, and a foreign key from every row to
    its writer would be checked at every write for nothing.
    """

    created_at: Mapped[Instant] = mapped_column(nullable=False, sort_order=90)
    updated_at: Mapped[Instant] = mapped_column(nullable=False, sort_order=91)
    created_by: Mapped[Reference | None] = mapped_column(sort_order=92)
    updated_by: Mapped[Reference | None] = mapped_column(sort_order=93)


def words(enum: type[StrEnum], name: str) -> Enum:
    """Return a column type for a closed list of words, kept by a check constraint."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def within_tenant(*constraints: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return a tenant table's constraints, with the pair that its children point at.

    A child's foreign key names `(organization_id, id)`, so that no row can ever belong to
    another organization's parent, whatever the code above does.
    """
    return (
        UniqueConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        *constraints,
    )


def belongs_to(table: str, column: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return the composite foreign key that keeps a child inside its organization."""
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{table}.organization_id", f"{table}.id"],
        ondelete=ondelete,
    )
