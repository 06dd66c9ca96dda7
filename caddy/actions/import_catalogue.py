"""Lines of a Support Catalogue that a file with columns of its own brings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict
from datetime import date
from typing import cast

from caddy import audit
from caddy.actions.import_loading import Decision, refused
from caddy.audit import Happened
from caddy.columns import new_id
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import ParsedRow
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.ndis.catalogue import CatalogueItem
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import SupportItem
from caddy.queries import import_subjects as reads


class CatalogueLoader:
    """Matches by item number and first day, as the loading of the NDIA's own file does."""

    ids = ImportKind.CATALOGUE
    table = SupportItem

    def key(self, parsed: ParsedRow) -> Hashable:
        item = cast("CatalogueItem", parsed.entry)
        return item.item_number, item.starts_on

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        item = cast("CatalogueItem", parsed.entry)
        return [
            ("Number", item.item_number),
            ("Name", item.name),
            ("From", say_date(item.starts_on)),
        ]

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """Each organization has a catalogue of its own."""

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        items = [cast("CatalogueItem", row.entry) for row in rows if row.entry]
        known = {
            (one.item_number, one.starts_on): one
            for one in reads.support_items_numbered(one.item_number for one in items)
        }
        return [self._decide(row, known) for row in rows]

    @staticmethod
    def _decide(parsed: ParsedRow, known: dict[tuple[str, date], SupportItem]) -> Decision:
        if parsed.entry is None:
            return refused(parsed)
        values = asdict(cast("CatalogueItem", parsed.entry))
        row = known.get((values["item_number"], values["starts_on"]))
        if row is None:
            return Decision(parsed, RowOutcome.CREATED, work=(None, values))
        changes = {
            name: (before, after)
            for name, after in values.items()
            if (before := getattr(row, name)) != after
        }
        outcome = RowOutcome.UPDATED if changes else RowOutcome.SKIPPED
        return Decision(parsed, outcome, row.id, work=(row, changes))

    def store(self, decisions: Sequence[Decision]) -> None:
        facts: list[Happened] = []
        for decision in decisions:
            if decision.outcome not in {RowOutcome.CREATED, RowOutcome.UPDATED}:
                continue
            row, values = decision.work
            if row is None:
                row = SupportItem(id=new_id(), **values)
                db.session.add(row)
                told = {"item_number": row.item_number}
            else:
                for name, (_before, after) in values.items():
                    setattr(row, name, after)
                told = decision.before = {"changes": audit.plain(values)}
            decision.subject_id = row.id
            facts.append(Happened(Fact.CATALOGUE_IMPORTED, SupportItem, row.id, told))
        audit.record_many(facts)
