"""The weekly proof of the audit log, on the worker."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import audit_checks
from caddy.domain.actor import Actor


def weekly_audit(subject_id: UUID, *, actor: Actor) -> None:
    audit_checks.weekly_audit(subject_id, actor=actor)
