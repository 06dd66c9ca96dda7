"""Erasing records whose years are over, on the worker: one person after the other."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caddy.actions import erasure, erasure_staff
from caddy.domain.retention import RetentionKind
from caddy.domain.tasks import MadeFile, Progress, TakenTask


def erase(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Erase whom a task names. Who was erased before, or must be kept by now, is left."""
    ids = [UUID(one) for one in task.params["ids"].split()]
    if task.params["kind"] == RetentionKind.STAFF:
        people, refused = erasure_staff.erase_each(ids, tell, actor=task.actor)
        said = "1 person was erased." if people == 1 else f"{people} people were erased."
    else:
        done = erasure.erase_each(ids, tell, actor=task.actor)
        refused = len(done.refused)
        who = "1 participant was" if done.participants == 1 else f"{done.participants} were"
        said = (
            f"{who} erased. Files taken away: {done.files:,}. "
            f"The money of their services stays: {done.services:,}."
        )
    task.say(said + (f" {refused} left: erased before, or to be kept now." if refused else ""))
    return []
