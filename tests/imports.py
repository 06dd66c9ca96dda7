"""Imports for the tests: files made, tried and loaded through the product's own actions."""

from __future__ import annotations

import io
from uuid import UUID

from caddy.actions import import_batches, imports
from caddy.actions.import_files import Incoming
from caddy.domain.actor import Actor
from caddy.domain.imports.kinds import ImportKind
from caddy.tenancy import scope

TITLES = ("NDIS Number", "First Name", "Last Name", "Date of Birth", "Client id")
TITLES = (*TITLES, "Plan Start", "Plan End", "Core Budget")
FIELDS = ("ndis_number", "first_name", "last_name", "date_of_birth", "legacy_id")
FIELDS = (*FIELDS, "plan_starts_on", "plan_ends_on", "core_budget")


def people_file(*numbers: int | str, last: str = "Lee", amount: str = "1000") -> bytes:
    """Return a file of participants with a plan each; their old ids are C and the number."""
    rows = (f"{n},P{n},{last},2/3/1990,C{n},1/7/2026,30/6/2027,{amount}" for n in numbers)
    return "\r\n".join([",".join(TITLES), *rows, ""]).encode()


def uploaded(content: bytes, actor: Actor, kind: ImportKind = ImportKind.PARTICIPANTS) -> UUID:
    """Upload a file in the scope that is open; return the import's id."""
    incoming = Incoming(io.BytesIO(content), "people.csv")
    return imports.add_import(imports.NewImport(kind, incoming, None, "Old"), actor=actor)


def nobody(_done: int, _of: int) -> None:
    """Take no notice of how far it is."""


def loaded(content: bytes, actor: Actor, *, with_columns: bool = False) -> UUID:
    """Upload a file and load it whole, having chosen its columns first or not."""
    import_id = uploaded(content, actor)
    if with_columns:
        chosen = dict(zip(FIELDS, TITLES, strict=True))
        imports.choose_columns(import_id, [chosen], actor=actor)
    imports.mark_ready(import_id, actor=actor)
    import_batches.run_import(import_id, nobody, actor=actor)
    return import_id


def tried(actor: Actor) -> UUID:
    """Upload a file with a right and a wrong row, try it, and leave it to the worker."""
    with scope(actor.organization_id):
        import_id = uploaded(people_file(430_009_001, "Quinn Secret"), actor)
        imports.try_import(import_id, nobody, actor=actor)
        imports.start_import(import_id, actor=actor)
        return import_id
