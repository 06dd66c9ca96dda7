"""Long work, shown while it runs: its kinds, its states, and the files that come of it.

Knows no table and no queue. `jobs/tasks.py` says who does the work of each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from caddy.domain.actor import Actor
from caddy.domain.files import KeptFile

# Work that said nothing for so long is taken to be dead: its worker was killed.
DEAD_AFTER = timedelta(minutes=2)
# Begun so often and never ended: it is given up, so that it cannot kill workers for ever.
MOST_TRIES = 3
TELL_EVERY = timedelta(milliseconds=250)
LONGEST_SENTENCE = 1_000

Progress = Callable[[int, int], None]


class TaskKind(StrEnum):
    """What kinds of long work there are; each has its handler in `jobs/tasks.py`."""

    ARCHIVE = "archive"
    BACKUP = "backup"
    ERASURE = "erasure"
    EVIDENCE = "evidence"
    IMPORT = "import"
    RECORD = "record"
    REPORT = "report"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class TaskState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_over(self) -> bool:
        return self in OVER


OVER = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})


class Cancelled(Exception):
    """The person who asked for this work wants it no more."""


class TaskRefused(Exception):
    """The work cannot be done as it was asked for; the sentence says what a person can mend."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that came of a task: its bytes, or a file that is stored already."""

    file_name: str
    media_type: str
    content: bytes | KeptFile


@dataclass(frozen=True, slots=True)
class TakenTask:
    """A task as its handler gets it. `actor` is who asked for it, with their rights of now."""

    id: UUID
    kind: TaskKind
    title: str
    params: Mapping[str, str]
    actor: Actor
    outcome: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """Leave a sentence to be shown beside the files when the work is done."""
        self.outcome[:] = [sentence]


def share(done: int, of: int) -> int:
    """Return how much is done, in whole percents from 0 to 100.

    >>> share(1, 3), share(0, 0), share(9, 3)
    (33, 0, 100)
    """
    return min(100, max(0, done * 100 // of)) if of > 0 else 0
