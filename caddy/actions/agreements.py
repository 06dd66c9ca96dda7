"""Service agreements: drafted, changed while a draft, signed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select

from caddy import audit, clock, storage
from caddy.actions import attachments
from caddy.actions.attachments import Upload
from caddy.actions.refused_files import noted
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.agreements import (
    NewAgreement,
    check_agreement,
    check_ending,
    check_signing,
    overlap,
)
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.money import dollars
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    AgreementStatus,
    Participant,
    ServiceAgreement,
    SupportItem,
)
from caddy.queries import organizations, support_items
from caddy.queries.agreements import BINDING
from caddy.transaction import transaction

ItemOn = Callable[[str, date], SupportItem | None]
COLUMNS = (
    "starts_on ends_on review_on allows_travel allows_non_face_to_face allows_ndia_reports "
    "allows_irregular_sil cancellation_percent terms"
).split()


def add_agreement(participant_id: UUID, agreement: NewAgreement, *, actor: Actor) -> UUID:
    """Draft an agreement with a participant. It binds nobody until it is signed."""
    with transaction(actor):
        participant = db.session.get(Participant, participant_id)
        if participant is None:
            raise NotFound("participant")
        check(participant, agreement)
        row = ServiceAgreement(
            participant_id=participant_id, **{name: getattr(agreement, name) for name in COLUMNS}
        )
        db.session.add(row)
        db.session.flush()  # the items name the agreement
        store_items(row.id, agreement)
        audit.record(
            Fact.AGREEMENT_ADDED,
            row,
            changes={
                "participant_id": participant_id,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "items": told_items(agreement),
            },
        )
        return row.id


def change_agreement(
    agreement_id: UUID, agreement: NewAgreement, *, seen: datetime | None = None, actor: Actor
) -> None:
    """Bring a draft in line with what was entered; what is signed stays as it was signed.

    Refused where it changed since it was `seen`.
    """
    with transaction(actor):
        row = _load(agreement_id)
        _refuse_unless(row, AgreementStatus.DRAFT, "Only a draft can be changed.")
        refuse_stale(row, seen, "agreement")
        check(db.session.get_one(Participant, row.participant_id), agreement)
        changes: dict[str, object] = {}
        for name in COLUMNS:
            before, after = getattr(row, name), getattr(agreement, name)
            if before != after:
                changes[name] = (before, after)
                setattr(row, name, after)
        db.session.execute(delete(AgreedItem).where(AgreedItem.agreement_id == agreement_id))
        store_items(agreement_id, agreement)
        row.updated_at = clock.now()  # a new version, also where only its items changed
        audit.record(
            Fact.AGREEMENT_CHANGED, row, changes={**changes, "items": told_items(agreement)}
        )


def sign_agreement(
    agreement_id: UUID,
    signed_on: date,
    signed_by: str,
    document: Upload | None = None,
    *,
    actor: Actor,
) -> None:
    """Make a draft binding, with the signed document where there is one.

    From then on prices and claim types are checked against it. Signed agreements of one
    participant do not overlap.
    """
    if db.session.get(ServiceAgreement, agreement_id) is None:
        raise NotFound("agreement")
    stored = None
    if document:
        with noted(document.name, actor):
            stored = storage.store(document.stream)
    with transaction(actor):
        row = bind(agreement_id, signed_on, signed_by)
        changes: dict[str, object] = {
            "participant_id": row.participant_id,
            "signed_on": signed_on,
            "signed_by": row.signed_by,
        }
        if stored is not None and document is not None:
            kept = attachments.add(stored, document.name, agreement_id=agreement_id)
            changes |= {"file_name": kept.file_name, "sha256": kept.sha256}
        audit.record(Fact.AGREEMENT_SIGNED, row, changes=changes)


def bind(agreement_id: UUID, signed_on: date, signed_by: str) -> ServiceAgreement:
    """Make a draft binding, inside an open transaction; whoever calls it records the fact."""
    row = _load(agreement_id)
    _refuse_unless(row, AgreementStatus.DRAFT, "This agreement is signed already.")
    check_signing(signed_on, signed_by, clock.today(organizations.current().timezone))
    _refuse_overlap(row)
    row.status = AgreementStatus.SIGNED
    row.signed_on, row.signed_by = signed_on, signed_by.strip()
    return row


def end_agreement(agreement_id: UUID, on: date, *, actor: Actor) -> None:
    """End a signed agreement: `on` is the last day on which it holds."""
    with transaction(actor):
        row = _load(agreement_id)
        _refuse_unless(row, AgreementStatus.SIGNED, "Only a signed agreement can be ended.")
        check_ending(on, row.starts_on, row.ends_on)
        before, row.ends_on = row.ends_on, on
        row.status = AgreementStatus.ENDED
        audit.record(
            Fact.AGREEMENT_ENDED,
            row,
            changes={"participant_id": row.participant_id, "ends_on": (before, on)},
        )


def _load(agreement_id: UUID) -> ServiceAgreement:
    """Return an agreement, held until the end of the transaction: no two people sign at once."""
    row = db.session.get(ServiceAgreement, agreement_id, with_for_update=True)
    if row is None:
        raise NotFound("agreement")
    return row


def _refuse_unless(row: ServiceAgreement, status: AgreementStatus, sentence: str) -> None:
    if row.status is not status:
        raise Conflict("agreement_status", f"{sentence} This one is {row.status.label.lower()}.")


def _refuse_overlap(row: ServiceAgreement) -> None:
    """Refuse a second signed agreement for a day; the participant's row keeps signers in line."""
    db.session.get_one(Participant, row.participant_id, with_for_update=True)
    other = db.session.execute(
        select(ServiceAgreement.starts_on, ServiceAgreement.ends_on)
        .where(
            ServiceAgreement.participant_id == row.participant_id,
            ServiceAgreement.id != row.id,
            ServiceAgreement.status.in_(BINDING),
            ServiceAgreement.starts_on <= row.ends_on,
            ServiceAgreement.ends_on >= row.starts_on,
        )
        .order_by(ServiceAgreement.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        raise overlap(other.starts_on, other.ends_on)


def check(
    participant: Participant, agreement: NewAgreement, on_date: ItemOn = support_items.on_date
) -> None:
    """Refuse unknown items, and prices over the limit that holds where the participant is.

    `on_date` finds the line of the catalogue that holds an item on a day.
    """
    check_agreement(agreement)
    state = participant.state or organizations.current().state
    for row, line in enumerate(agreement.items):
        item = on_date(line.item_number, agreement.starts_on)
        if item is None:
            raise _at(
                row,
                "item_number",
                "unknown_item",
                f"{line.item_number} is not in the Support Catalogue on "
                f"{say_date(agreement.starts_on)}.",
            )
        limit = support_items.limit_cents(item, state, participant.price_zone)
        if limit is not None and line.unit_price_cents is not None:
            if line.unit_price_cents <= limit:
                continue
            raise _at(
                row,
                "unit_price",
                "over_price_limit",
                f"{dollars(line.unit_price_cents)} is over the price limit of "
                f"{dollars(limit)} for {item.name}.",
            )


def _at(row: int, column: str, code: str, message: str) -> RuleBroken:
    return RuleBroken("items", code, message, {"row": row, "column": column})


def store_items(agreement_id: UUID, agreement: NewAgreement) -> None:
    """Store what is agreed, inside an open transaction."""
    db.session.add_all(
        AgreedItem(
            agreement_id=agreement_id,
            item_number=line.item_number,
            unit_price_cents=line.unit_price_cents,
        )
        for line in agreement.items
    )


def told_items(agreement: NewAgreement) -> list[str]:
    """Return the agreed items as the history tells them."""
    return [
        f"{line.item_number} at "
        f"{'the limit' if line.unit_price_cents is None else dollars(line.unit_price_cents)}"
        for line in agreement.items
    ]
