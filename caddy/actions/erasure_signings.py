"""What becomes of signatures when a participant is erased: that one was given stays, not whose."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from caddy import clock
from caddy.domain.retention import ERASED_TEXT
from caddy.extensions import db
from caddy.models import (
    AgreementPaper,
    EmailLog,
    Service,
    ServiceAgreement,
    Signing,
    SigningLink,
)


def erase_signings(participant_id: UUID) -> dict[str, datetime]:
    """Forget who signed and was asked to, and delete the papers; return when each was stored.

    Belongs inside an open transaction. The checksum, the day and the words agreed to stay.
    """
    services = select(Service.id).where(Service.participant_id == participant_id)
    agreements = select(ServiceAgreement.id).where(
        ServiceAgreement.participant_id == participant_id
    )

    def own(model: Any) -> Any:
        return or_(model.service_id.in_(services), model.agreement_id.in_(agreements))

    links = select(SigningLink.id).where(own(SigningLink))
    _run(
        update(EmailLog)
        .where(EmailLog.subject_type == SigningLink.__tablename__, EmailLog.subject_id.in_(links))
        .values(to_address="", subject=ERASED_TEXT, context={})
    )
    _run(
        update(SigningLink)
        .where(own(SigningLink), SigningLink.used_at.is_(None), SigningLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    _run(update(SigningLink).where(own(SigningLink)).values(to_name=ERASED_TEXT, to_address=""))
    _run(
        update(Signing)
        .where(own(Signing))
        .values(name=ERASED_TEXT, text="", drawing=None, ip=None, user_agent=None)
    )
    papers = AgreementPaper.agreement_id.in_(agreements)
    rows = db.session.execute(
        select(AgreementPaper.sha256, AgreementPaper.created_at).where(papers)
    )
    found = {row.sha256: row.created_at for row in rows}
    _run(delete(AgreementPaper).where(papers))
    return found


def _run(statement: object) -> None:
    db.session.execute(
        statement,  # type: ignore[call-overload] # an update or a delete
        execution_options={"synchronize_session": False},
    )
