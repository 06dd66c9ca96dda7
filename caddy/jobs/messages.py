"""Finding, once a minute, the absent for whom messages wait."""

from __future__ import annotations

from caddy import clock
from caddy.actions.message_digests import send_digest
from caddy.domain.actor import Source, system_actor
from caddy.queries import message_digests
from caddy.tenancy import scope, unscoped


def find_digests_due() -> int:
    """Leave a mail for everyone whose messages wait for as long as they chose; return how many."""
    with unscoped("the absent of every organization are looked for at once"):
        found = message_digests.due(clock.now())
    left = 0
    for one in found:
        actor = system_actor(one.organization_id, "Schedule", Source.JOB)
        with scope(one.organization_id):
            left += send_digest(one.user_id, actor=actor)
    return left
