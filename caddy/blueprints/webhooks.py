"""What other services tell Caddy by themselves: their signature stands in a session's place."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from caddy import mail
from caddy.actions.mail_events import take_event
from caddy.domain.actor import Source, system_actor
from caddy.domain.mail_events import LONGEST_ID, read_event
from caddy.mail import NotFromService
from caddy.queries import emails
from caddy.tenancy import scope
from caddy.web.access import public
from caddy.web.limits import TRIES
from caddy.web.security import limiter

log = logging.getLogger(__name__)
blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

LARGEST_BODY = 65_536
UNAUTHORIZED = 401


def _was_refused(response: Response) -> bool:
    return response.status_code == UNAUTHORIZED


@blueprint.post("/resend")
@public
@limiter.limit(TRIES["webhooks.refused"], deduct_when=_was_refused)
def take_resend() -> ResponseReturnValue:
    """Take one piece of news of one mail. Told twice it is taken once.

    News of mails that are not ours is taken and forgotten: refused, it would come again.
    """
    request.max_content_length = LARGEST_BODY
    try:
        told = mail.verified(request.get_data(), dict(request.headers))
    except NotFromService as refusal:
        log.warning("webhook.refused %s", refusal)
        return {"message": "The signature is not the mail service's."}, UNAUTHORIZED
    try:
        event = read_event(told)
    except ValueError as error:
        return {"message": str(error)}, 400
    owner = emails.owner_of(event.provider_id, event.own_id) if event else None
    if event is None or owner is None:
        return {"taken": False}
    organization_id, email_id = owner
    message_id = request.headers["svix-id"][:LONGEST_ID]
    with scope(organization_id):
        actor = system_actor(organization_id, "Mail service", Source.JOB)
        return {"taken": take_event(email_id, event, message_id, actor=actor)}
