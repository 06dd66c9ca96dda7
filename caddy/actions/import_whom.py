"""Whom a row is about, and which line of the catalogue holds: found once for a whole batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caddy.actions.agreements import ItemOn
from caddy.domain.errors import RuleBroken
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import Whom
from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.models import Participant, SupportItem
from caddy.queries import import_subjects as reads


@dataclass(frozen=True, slots=True)
class Whoever:
    """The participants that the rows of a batch name, by number and by the old system's id."""

    by_number: dict[str, Participant]
    by_old_id: dict[str, Participant]

    @classmethod
    def of(cls, named: Sequence[Whom], source_system: str) -> Whoever:
        old = [one.legacy_id for one in named if one.legacy_id and not one.ndis_number]
        by_old = reads.by_old_ids(source_system, ImportKind.PARTICIPANTS, old) if old else {}
        found = reads.participants(
            [one.ndis_number for one in named if one.ndis_number], by_old.values()
        )
        by_id = {one.id: one for one in found}
        return cls(
            {one.ndis_number: one for one in found},
            {key: by_id[new] for key, new in by_old.items() if new in by_id},
        )

    @property
    def ids(self) -> set[UUID]:
        return {one.id for one in (*self.by_number.values(), *self.by_old_id.values())}

    def whom(self, named: Whom) -> Participant:
        """Return who is named, or refuse the row: it belongs to nobody here."""
        if named.ndis_number:
            found = self.by_number.get(named.ndis_number)
            if found is None:
                raise RuleBroken(
                    "ndis_number",
                    "unknown_participant",
                    f"There is no participant with the NDIS number "
                    f"{show_ndis_number(named.ndis_number)} here. Load the participants first.",
                )
            return found
        found = self.by_old_id.get(named.legacy_id or "")
        if found is None:
            raise RuleBroken(
                "participant_legacy_id",
                "unknown_participant",
                f"No participant was loaded with the old id {named.legacy_id}. Load the "
                "participants first, with the same name of the old system.",
            )
        return found


def items_on(numbers: Iterable[str]) -> ItemOn:
    """Return a look-up of the catalogue's lines by number and day, read once."""
    lines = reads.support_items_numbered(numbers)

    def on_date(item_number: str, day: date) -> SupportItem | None:
        holding = [
            one
            for one in lines
            if one.item_number == item_number and one.starts_on <= day <= one.ends_on
        ]
        return min(holding, key=lambda one: (-one.starts_on.toordinal(), one.ends_on), default=None)

    return on_date
