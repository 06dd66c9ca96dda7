"""Loading a Support Catalogue: all of it or nothing, and twice the same changes nothing."""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.claims import GstCode
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.catalogue import CatalogueError, CatalogueItem, read_catalogue
from caddy.domain.ndis.tables import MOST_BYTES
from caddy.extensions import db
from caddy.models import CatalogueImport, SupportItem
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """What loading a file did, in rows."""

    file_name: str
    rows: int
    created: int
    updated: int
    unchanged: int


def load(stream: BinaryIO, file_name: str, *, actor: Actor) -> CatalogueReport:
    """Load an NDIA Support Catalogue into the organization; refuse what is not one."""
    content = stream.read(MOST_BYTES + 1)
    try:
        items = read_catalogue(io.BytesIO(content), file_name)
    except CatalogueError as error:
        raise RuleBroken("file", "not_a_catalogue", str(error)) from error
    sha256 = hashlib.sha256(content).hexdigest()
    return store(items, file_name[:200], sha256, actor=actor)


def store(
    items: list[CatalogueItem], file_name: str, sha256: str, *, actor: Actor
) -> CatalogueReport:
    """Bring the organization's items in line with some lines of a catalogue."""
    with transaction(actor):
        known = {(item.item_number, item.starts_on): item for item in _all_items()}
        # Whether an item is taxed is the organization's own knowledge: a new year keeps it.
        codes = {item.item_number: item.gst_code for item in known.values()}
        created = updated = 0
        for line in items:
            values = asdict(line)
            item = known.get((line.item_number, line.starts_on))
            if item is None:
                item = SupportItem(
                    organization_id=actor.organization_id,
                    gst_code=codes.get(line.item_number, GstCode.FREE),
                    **values,
                )
                known[line.item_number, line.starts_on] = item
                db.session.add(item)
                created += 1
            elif _bring_in_line(item, values):
                updated += 1
        report = CatalogueReport(
            file_name, len(items), created, updated, len(items) - created - updated
        )
        entry = CatalogueImport(
            organization_id=actor.organization_id, sha256=sha256, **asdict(report)
        )
        db.session.add(entry)
        db.session.flush()  # the audit entry names its id
        audit.record(Fact.CATALOGUE_IMPORTED, entry, changes=asdict(report))
    return report


def set_gst_code(item_id: UUID, code: GstCode, *, actor: Actor) -> None:
    """Say whether GST is inside an item's price: of all its lines, whatever years they hold in.

    Claims that were built keep the code they were built with.
    """
    with transaction(actor):
        item = db.session.get(SupportItem, item_id)
        if item is None:
            raise NotFound("support item")
        before = item.gst_code
        same = select(SupportItem).where(SupportItem.item_number == item.item_number)
        for line in db.session.scalars(same):
            line.gst_code = code
        audit.record(
            Fact.SUPPORT_ITEM_TAXED,
            item,
            changes={"item_number": item.item_number, "gst_code": (before, code)},
        )


def _all_items() -> list[SupportItem]:
    """Return every line the organization has: some thousands at most, a few a year."""
    return list(db.session.scalars(select(SupportItem).limit(100_000)))


def _bring_in_line(item: SupportItem, values: dict[str, Any]) -> bool:
    """Change what differs; say whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(item, name) != value}
    for name, value in differing.items():
        setattr(item, name, value)
    return bool(differing)
