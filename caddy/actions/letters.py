"""A mail to somebody who has no account here, stored with the change that causes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caddy.domain import emails
from caddy.domain.emails import EmailTemplate
from caddy.extensions import Base, db
from caddy.models import EmailLog
from caddy.queue import Job, later


def write(
    address: str,
    template: EmailTemplate,
    context: Mapping[str, Any],
    *,
    subject: Base,
    dedupe_key: str,
) -> None:
    """Store a mail and leave the job that sends it; belongs inside an open transaction.

    `subject` is the stored row it is about, `dedupe_key` the occasion: one of them is one mail.
    """
    emails.check(template, context)
    row = EmailLog(
        to_address=address,
        subject=emails.subject_of(template, context),
        template=template.value,
        subject_type=subject.__tablename__,
        subject_id=subject.id,  # type: ignore[attr-defined] # every table has one
        context=emails.stored(context),
        idempotency_key=dedupe_key,
    )
    db.session.add(row)
    db.session.flush()  # the job names its id
    later(Job.SEND_EMAIL, row.id)
