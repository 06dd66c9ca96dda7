"""How a database stands, seen without the app, which takes two seconds to load.

A second start has nothing to migrate and nothing to fill: it should not wait to learn that.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, NullPool, column, create_engine, func, select, table
from sqlalchemy.exc import DBAPIError

from caddy import schema
from caddy.domain.permissions import Role
from caddy.table_changes import UNSCOPED

DEMO_PEOPLE = [f"{name}@acacia.example" for name in ("alex", "casey", "sam", "frankie", "vic")]

# As much of two tables as is asked for: the whole classes come with the app.
_organizations = table("organizations", column("id"))
_users = table("users", column("email"), column("role"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a database holds: the version of its tables, and whether anybody is there."""

    version: str | None = None
    has_organization: bool = False
    sign_ins: tuple[str, ...] = ()  # of the demo's people: address and role

    @property
    def is_up_to_date(self) -> bool:
        return self.version == schema.newest()


def look(database_url: str) -> Standing:
    """Return how a database stands. One that cannot be asked stands as an empty one does."""
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return _seen(connection)
    except DBAPIError:
        return Standing()  # what is wrong is said by the app, which asks next


def _seen(connection: Connection) -> Standing:
    version = schema.current(connection)
    if version != schema.newest():
        return Standing(version)
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config(UNSCOPED, "on", True)))
    is_somebody = connection.execute(select(_organizations.c.id).limit(1)).first() is not None
    people = select(_users.c.email, _users.c.role).where(_users.c.email.in_(DEMO_PEOPLE))
    rows = {row.email: Role(row.role) for row in connection.execute(people)}
    told = [f"{one} ({rows[one].label.lower()})" for one in DEMO_PEOPLE if one in rows]
    return Standing(version, is_somebody, tuple(told))
