"""What one colleague has: ways in, a calendar, qualifications, hours, notices and mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import (
    calendars,
    identities,
    invitations,
    passkeys,
    sessions,
    staff,
)
from caddy.actions.notifications import notify
from caddy.actions.organizations import add_user
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.passkeys import NewPasskey
from caddy.domain.permissions import Role
from caddy.domain.providers import Claimed, Provider
from caddy.domain.qualifications import QualificationKind
from caddy.domain.sign_ins import SignInWay
from caddy.domain.staff import Leave, QualificationEntry, Window
from caddy.extensions import db
from caddy.models import (
    EmailEvent,
    EmailLog,
    EmailSuppression,
    Notification,
    StaffQualification,
    User,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import mailed_links
from caddy.queries import sessions as open_sessions
from caddy.queries import ways_in as way_in_reads
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world


def calendar_key(people: world.World) -> str:
    """Return the secret of the calendar of Kim, who does nothing else in the matrix."""
    kim = someone(people, people.acacia, "kim")
    with scope(people.acacia.id):
        return calendars.make_key(actor=kim)


def someone(people: world.World, provider: world.Provider, name: str) -> Actor:
    """Add a person who does nothing else in the matrix, and return them as an actor."""
    is_own = provider is people.acacia
    user_id = add_user(
        email=f"{name}@{provider.name.lower()}.example",
        first_name=name.title(),
        last_name="Calendar",
        role=Role.SUPPORT_WORKER,
        password=world.PASSWORD,
        actor=people.alice if is_own else provider.actor("charlie", Role.ADMIN),
    )
    return replace(
        provider.actor("sam" if is_own else "charlie", Role.SUPPORT_WORKER), user_id=user_id
    )


def invited(actor: Any) -> UUID:
    """Invite someone, and return the invitation's id."""
    with scope(actor.organization_id):
        invitations.invite("invited@matrix.example", Role.VIEWER, actor=actor)
        return mailed_links.invitations()[0].id


def signed_in(actor: Any) -> UUID:
    """Sign someone in elsewhere, and return that session's id."""
    begun = {"ip": None, "user_agent": None, "has_second_factor": False}
    sessions.begin(actor.user_id, SignInWay.PASSWORD, **begun)
    with scope(actor.organization_id):
        return open_sessions.of_person(actor.user_id)[0].id


def ways_in(actor: Any) -> dict[str, UUID]:
    """Give whoever acts a passkey and an account elsewhere, and return the ids."""
    with scope(actor.organization_id):
        new = NewPasskey(f"id-{new_id()}", "key", 0, ("internal",), is_backed_up=False)
        provider = Provider("kauri", "Kauri", f"https://{new_id()}.example", "x", "y")
        told = Claimed(provider.issuer, "1", "quinn@example.org", True, "", "")
        passkeys.add(new, "Quinn Secret", None, actor=actor)
        identities.link(told, provider, actor=actor)
        return {
            "passkey_id": way_in_reads.passkeys(actor.user_id)[0].id,
            "identity_id": way_in_reads.identities(actor.user_id)[0].id,
        }


def recorded(user_id: UUID, actor: Any) -> dict[str, UUID]:
    """Record something of each kind of someone, and return the ids."""
    with scope(actor.organization_id):
        screening = QualificationEntry(
            QualificationKind.WORKER_SCREENING, expires_on=date(2028, 1, 1)
        )
        staff.record_qualification(user_id, screening, actor=actor)
        staff.add_availability(user_id, [Window(0, time(9), time(17))], actor=actor)
        staff.add_leave(user_id, Leave(date(2027, 1, 4), date(2027, 1, 8)), actor=actor)
        row = {"qualification_id": StaffQualification, "window_id": WorkerAvailability}
        return {
            name: db.session.scalars(select(model.id).where(model.user_id == user_id)).one()
            for name, model in (row | {"leave_id": WorkerLeave}).items()
        }


def own_availability(actor: Any) -> dict[str, UUID]:
    """Record hours and leave of whoever acts, and return the ids."""
    with scope(actor.organization_id):
        staff.add_availability(actor.user_id, [Window(5, time(9), time(12))], actor=actor)
        staff.add_leave(actor.user_id, Leave(date(2027, 2, 1), date(2027, 2, 2)), actor=actor)
        hours = select(WorkerAvailability.id).where(WorkerAvailability.weekday == 5)
        days = select(WorkerLeave.id).where(WorkerLeave.starts_on == date(2027, 2, 1))
        return {
            "hours_id": db.session.scalars(hours).one(),
            "absence_id": db.session.scalars(days).one(),
        }


def told(provider: world.Provider, actor: Any) -> UUID:
    """Tell someone of something, and return the notification's id."""
    with scope(provider.id):
        with transaction(actor, unrecorded="a test"):
            user = db.session.get_one(User, actor.user_id)
            notify(
                [user],
                kind="test",
                title="Quinn Secret" if provider.name == "Banksia" else "A test",
                body="A test.",
                link="/",
                subject=user,
                dedupe_key="matrix",
            )
        return db.session.scalars(
            select(Notification.id).where(
                Notification.user_id == actor.user_id, Notification.kind == "test"
            )
        ).one()


def came_back(actor: Any) -> dict[str, UUID]:
    """Return the ids of a mail that came back, and of another's address that is given up."""
    with scope(actor.organization_id):
        with transaction(actor, unrecorded="a test"):
            mails = [
                EmailLog(
                    to_address="quinn.secret@x.example",
                    subject="Quinn Secret",
                    template="retention_report",
                    subject_type="users",
                    subject_id=actor.user_id,
                    context={"day_on": "2026-11-21", "years": 7, "due": 1, "link": "/"}
                    | {"kept_back": 0, "reasons": [], "staff": 0},
                    idempotency_key=f"matrix-{number}",
                    status="bounced",
                    sent_at=clock.now(),
                )
                for number in range(2)
            ]
            mails[1].to_address = "given.up@x.example"
            db.session.add_all(mails)
            db.session.flush()
            given_up = EmailSuppression(
                address=mails[1].to_address,
                reason="bounced",
                detail="",
                email_id=mails[1].id,
                suppressed_at=clock.now(),
            )
            news = EmailEvent(
                email_id=mails[0].id,
                message_id="matrix",
                kind="email.bounced",
                detail="",
                happened_at=clock.now(),
            )
            db.session.add_all([given_up, news])
        return {"email_id": mails[0].id, "suppression_id": given_up.id}
