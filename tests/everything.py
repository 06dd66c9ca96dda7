"""An organization with a row in every table, and a picture of all of its rows to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from caddy import clock
from caddy.actions import recurring, services, teams
from caddy.actions.attachments import Upload, attach_to_service
from caddy.actions.participants import add_participant
from caddy.columns import new_id
from caddy.domain.actor import Source, system_actor
from caddy.domain.funding import ReleasePattern
from caddy.domain.recurring import Recurring
from caddy.extensions import Base, db
from caddy.models import (
    EmailLog,
    EmergencyContact,
    MailedLink,
    OrganizationContact,
    ParticipantTag,
    RecoveryCode,
    ResultMapping,
    Service,
    TotpFactor,
    UserSession,
)
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims, messaging, one_of_each, snapshot, tasks, world

PDF = b"%PDF-1.7\nsomething that was signed\n%%EOF\n"


def fill(people: world.World) -> None:
    """Give Acacia a row in every table through the product's own actions, where there is one."""
    pat = people.acacia.participant_id
    snapshot.filled(people)
    with scope(people.acacia.id):
        service = services.log_service(
            one_of_each.entry(people, pat, 3), world.ZONE, "NSW", actor=people.alice
        )
        attach_to_service(service.id, Upload(BytesIO(PDF), "Überweisung.pdf"), actor=people.alice)
        one_of_each.signed(service.id, people.alice, "M10 20L30 40")
        monthly = replace(world.plan(people.today, (1, 900_00)), release=ReleasePattern.MONTHLY)
        told = {
            "interests": ["Fußball 🏉", "a,b"],
            "custom_fields": {"Bus": {"line": 370, "x": 1.5}},
        }
        add_participant(
            world.profile("Zoë", 'O"Hara', "430000009", **told), monthly, actor=people.alice
        )
        teams.watch(pat, actor=people.alice)
        messaging.with_everything(people)
        recurring.begin(
            Recurring.DAILY_CHECK,
            people.today,
            actor=system_actor(people.acacia.id, "Schedule", Source.JOB),
        )
        with transaction(people.alice, unrecorded="a test's beginning"):
            _add_rest(people, pat)
            # A row that points at a later one of its own table: they cannot be stored in order.
            first, *_, last = db.session.scalars(select(Service).order_by(Service.id))
            first.main_service_id = last.id
        claim = claims.sent(people)
        (line, *_) = claims.lines_of(claim.id)
        row = (line.claim_reference, "35.12", "2026-11-05", "R1")
        claims.answer(people, row, header=claims.REMITTANCE_HEADER)
    tasks.done(people.alice)


def _add_rest(people: world.World, pat) -> None:
    """Store rows that no action here makes: enough that each table has one."""
    owner = {"organization_id": people.acacia.id}
    db.session.add(OrganizationContact(name="Al", role="Owner", email="a@b.example", **owner))
    db.session.add(
        EmergencyContact(
            participant_id=pat, position=1, name="Jo", relationship="Aunt", phone="1", **owner
        )
    )
    db.session.add(ParticipantTag(participant_id=pat, tag="day programme", **owner))
    db.session.add(ResultMapping(header_sha256="a" * 64, mapping={"paid": "Amount"}, **owner))
    db.session.add(
        MailedLink(
            purpose="invitation",
            email="x@y.example",
            nonce="0" * 64,
            token_hash="0" * 64,
            details={"role": "viewer"},
            expires_at=clock.now(),
            **owner,
        )
    )
    db.session.add(
        UserSession(
            user_id=people.alice.user_id,
            token_hash="0" * 64,
            way="password",
            last_seen_at=clock.now(),
            expires_at=clock.now(),
            **owner,
        )
    )
    alice = {"user_id": people.alice.user_id, **owner}
    db.session.add(TotpFactor(secret="A" * 32, confirmed_at=clock.now(), last_counter=9, **alice))
    db.session.add(RecoveryCode(name="abcd", code_hash="$argon2id$", **alice))
    db.session.add(
        EmailLog(
            to_address="x@y.example",
            subject="A test",
            template="daily_digest",
            subject_type="participants",
            subject_id=pat,
            context={},
            idempotency_key=str(new_id()),
            status="sent",
            sent_at=clock.now() - timedelta(hours=1),
            **owner,
        )
    )


def picture(organization_id) -> dict[str, dict]:
    """Return every row of an organization as the database gives it, by table and id."""
    db.session.remove()
    found = {}
    with snapshot.owner().connect() as connection:
        for table in Base.metadata.sorted_tables:
            own = table.c.id if table.name == "organizations" else table.c.organization_id
            rows = connection.execute(select(table).where(own == organization_id)).mappings()
            found[table.name] = {row["id"]: dict(row) for row in rows}
    return found
