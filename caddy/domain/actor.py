"""Who acts: a person at a page, a command, or a job. Always passed, never ambient."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from caddy.domain.permissions import Permission, Role


class Source(StrEnum):
    WEB = "web"
    COMMAND = "command"
    JOB = "job"


NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, for which organization, from where. Comes from the session only."""

    organization_id: UUID
    user_id: UUID | None
    name: str
    role: Role | None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    source: Source = Source.WEB
    ip: str | None = None
    user_agent: str | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def seen_by(self) -> UUID | None:
        """The user whose participants alone this actor sees; None where they see all."""
        if self.may(Permission.PARTICIPANTS_ALL):
            return None
        return self.user_id or NOBODY


def system_actor(organization_id: UUID, name: str, source: Source) -> Actor:
    """Return the actor for work that no person does: a command or a job."""
    return Actor(
        organization_id=organization_id,
        user_id=None,
        name=name,
        role=None,
        permissions=frozenset(Permission),
        source=source,
    )
