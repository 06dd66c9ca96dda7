"""What is known of a plan manager, and how their address stands on an invoice."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ManagerEntry:
    """A plan manager as they are entered; `name` is the one that plans call them by."""

    name: str
    abn: str | None = None
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    suburb: str | None = None
    state: str | None = None
    postcode: str | None = None

    @property
    def columns(self) -> dict[str, str | None]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def address_lines(of: Any) -> tuple[str, ...]:
    """Return an address as it stands below a name, line by line; what is not known is left out.

    >>> address_lines(ManagerEntry("Best", street="GPO Box 1", suburb="Sydney", postcode="2000"))
    ('GPO Box 1', 'Sydney 2000')
    """
    town = " ".join(part for part in (of.suburb, of.state, of.postcode) if part)
    return tuple(line for line in (of.street, town) if line)
