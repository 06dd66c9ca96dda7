"""Long work on the worker, and the files that came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    JsonMap,
    Name,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.permissions import Permission
from caddy.domain.tasks import LONGEST_SENTENCE, TaskKind, TaskState
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Task(Base, OrganizationOwned, Stamped):
    """`user_id` is who asked for it, None where Caddy itself did; `needs` what they must hold.

    `beat_at` is when its worker was heard last, `tries` how often it was begun. `version`
    grows at each change: a live event names it.
    """

    __tablename__ = "tasks"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id", "id"),
        Index(None, "state", "beat_at"),
        CheckConstraint("done_steps >= 0 AND all_steps >= 0 AND tries >= 0", name="steps"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="over_has_its_time",
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference | None]
    kind: Mapped[Word]
    title: Mapped[Name]
    params: Mapped[JsonMap]
    needs: Mapped[Word | None]
    state: Mapped[TaskState] = mapped_column(words(TaskState, "state"), default=TaskState.WAITING)
    done_steps: Mapped[int] = mapped_column(default=0)
    all_steps: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(LONGEST_SENTENCE), default="")
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    beat_at: Mapped[Instant | None]

    @property
    def what(self) -> TaskKind:
        return TaskKind(self.kind)

    @property
    def needed(self) -> Permission | None:
        return Permission(self.needs) if self.needs else None


class TaskFile(Base, OrganizationOwned, Stamped):
    """A file to be downloaded; its bytes lie in `storage` under their SHA-256."""

    __tablename__ = "task_files"
    __table_args__ = within_tenant(
        belongs_to("tasks", "task_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "task_id", "file_name"),
        CheckConstraint("size_bytes >= 0", name="size"),
    )

    id: Mapped[Id]
    task_id: Mapped[Reference]
    file_name: Mapped[Name]
    media_type: Mapped[Name]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
