"""The life of one import, and what became of each of its rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from caddy.domain.errors import RuleBroken


class ImportState(StrEnum):
    """`uploaded` waits for its columns, `checked` for a yes; `done` may still be rolled back."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled_back"

    @property
    def label(self) -> str:
        return {
            "uploaded": "Choose columns",
            "checked": "Ready to run",
            "running": "Running",
            "done": "Done",
            "cancelled": "Stopped",
            "rolled_back": "Taken back",
        }[self.value]


class RowOutcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {"created": "New", "updated": "Changed", "skipped": "As it was"}.get(
            self.value, "Failed"
        )


STARTABLE = frozenset({ImportState.CHECKED, ImportState.RUNNING, ImportState.CANCELLED})
REVERSIBLE = frozenset({ImportState.DONE, ImportState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries of a file ended in which way."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0

    def plus(self, outcome: RowOutcome) -> Counts:
        return Counts(**{**asdict(self), outcome.value: getattr(self, outcome.value) + 1})

    @property
    def total(self) -> int:
        return self.created + self.updated + self.skipped + self.failed


def check_startable(state: ImportState) -> None:
    """Refuse to run what was not tried first, or is done."""
    if state not in STARTABLE:
        sentence = {
            ImportState.UPLOADED: "Choose the columns first.",
            ImportState.ROLLED_BACK: "This import was taken back. Load the file again.",
        }.get(state, "This import is done already.")
        raise RuleBroken(None, "not_startable", sentence)


def check_reversible(state: ImportState) -> None:
    if state not in REVERSIBLE:
        raise RuleBroken(
            None, "not_reversible", "Only an import that has run can be taken back, and once."
        )
