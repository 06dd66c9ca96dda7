"""What every kind of import shares: an entry's fate, and how a batch of them is decided and stored.

A dry run asks for the same decisions and stores nothing, so that it cannot promise what the
run then does not do.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from caddy.domain.errors import CaddyError, RuleBroken
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import ParsedRow, RowError
from caddy.domain.imports.runs import RowOutcome


@dataclass(slots=True)
class Decision:
    """What becomes of an entry: new, changed, left as it was, or refused, and why.

    `before` is what is needed to take a change back, `cents` the money it brings in, `work`
    whatever its loader has to remember to store it.
    """

    parsed: ParsedRow
    outcome: RowOutcome
    subject_id: UUID | None = None
    errors: tuple[RowError, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    cents: int = 0
    work: Any = None

    def refuse(self, refusal: CaddyError, value: str = "") -> None:
        """Turn the decision into a refusal, in the rule's own sentence."""
        name = (refusal.field if isinstance(refusal, RuleBroken) else None) or ""
        self.outcome = RowOutcome.FAILED
        self.errors = (RowError(self.parsed.place, name, value, refusal.message),)
        self.before, self.cents = {}, 0


def refused(parsed: ParsedRow, errors: Sequence[RowError] = ()) -> Decision:
    return Decision(parsed, RowOutcome.FAILED, errors=tuple(errors or parsed.errors))


def refused_for(parsed: ParsedRow, name: str, value: str, reason: str) -> Decision:
    return refused(parsed, [RowError(parsed.place, name, value, reason)])


class Loader(Protocol):
    """How entries of one kind are decided and stored. One object serves one run of one file.

    `ids` is the kind under which old ids of its subjects are kept; `table` names the subjects.
    """

    ids: ImportKind
    table: Any

    def key(self, parsed: ParsedRow) -> Hashable:
        """Return what the entry is matched by: two of the same are never in one batch."""

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        """Return how an entry will be, in words, for the first rows of a dry run."""

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """Look at what lies outside the organization, before the batch's transaction begins."""

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        """Return what becomes of each row. Reads only, a fixed number of queries."""

    def store(self, decisions: Sequence[Decision]) -> None:
        """Write what was decided, in the open transaction; a decision may yet be refused."""
