"""Mailing the absent that messages wait for them: how many, never what."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.actions.notifications import notify
from caddy.actions.preferences import note_digest
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import User
from caddy.queries import inboxes, message_digests
from caddy.transaction import transaction


def send_digest(user_id: UUID, *, actor: Actor) -> bool:
    """Leave one mail for what waits for a person now; say whether there was something.

    Of several processes that found the same person, one mails: the others find it done.
    """
    with transaction(actor, unrecorded="nothing waits any more"):
        user = db.session.get(User, user_id, with_for_update=True)
        now = clock.now()
        if user is None or not message_digests.is_due(user_id, now):
            return False
        # What stands in conversations that are not open to them any more is not counted.
        (inbox,) = inboxes.some([user_id])
        note_digest(user_id, actor=actor)
        if inbox.messages:
            notify(
                [user],
                kind="messages",
                title="Messages wait for you",
                body="You have not read them yet.",
                link="/messages",
                subject=user,
                dedupe_key=f"digest:{user_id}:{now.isoformat()}",
                email_template=EmailTemplate.MESSAGE_DIGEST,
                context={"messages": inbox.messages},
                in_app=False,
            )
        audit.record(Fact.MESSAGE_DIGEST_SENT, user, changes={"messages": inbox.messages})
        return bool(inbox.messages)
