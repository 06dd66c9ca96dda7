"""What a phone sends twice happens once, and is answered as it was the first time."""

from __future__ import annotations

import threading
from datetime import time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import received, services, shifts
from caddy.actions.received import Sent
from caddy.domain.errors import Conflict, RuleBroken
from caddy.extensions import db
from caddy.jobs import identity
from caddy.models import AuditLog, ReceivedAction, Service, ServiceChange
from caddy.tenancy import scope
from tests import world

KEY = UUID("6f1f5f0e-8f0e-4e57-9a39-0d1f3f0f7a11")
SENT = Sent(KEY, "a" * 64)


@pytest.fixture
def entry(people):
    """An hour of yesterday, at $70.23."""
    return services.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=people.today - timedelta(days=1),
        start_time=time(9),
        end_time=time(10),
        item_number="01_011_0107_1_1",
        notes="Cooked lunch.",
    )


def log(entry, actor, sent=SENT):
    return services.log_service(entry, world.ZONE, "NSW", sent=sent, actor=actor)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_key_again_is_answered_as_before_and_does_nothing(people, entry):
    with scope(people.acacia.id):
        first = log(entry, people.sam)
        facts = count(AuditLog)
        assert log(entry, people.sam) == first
        assert (count(Service), count(AuditLog), count(ReceivedAction)) == (1, facts, 1)
        with pytest.raises(Conflict, match="stored already, as it was first sent"):
            log(entry, people.sam, Sent(KEY, "b" * 64))
        # A key is its person's own: a colleague's phone may have made the same one.
        assert log(entry, people.alice).id != first.id


def test_twice_at_once_is_once(app, people, entry):
    gate = threading.Barrier(2)
    answers = []

    def send():
        with app.app_context(), scope(people.acacia.id):
            gate.wait()
            try:
                answers.append(log(entry, people.sam))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with scope(people.acacia.id):
        assert answers[0] == answers[1]
        assert (count(Service), count(ReceivedAction)) == (1, 1)


def test_what_was_refused_leaves_its_key_free_and_a_key_is_forgotten_after_30_days(
    people, entry, monkeypatch
):
    with scope(people.acacia.id):
        planned = shifts.schedule_service(
            services.ServiceEntry(
                participant_id=people.acacia.participant_id,
                service_on=people.today + timedelta(days=1),
                start_time=time(9),
                end_time=time(10),
                item_number="01_011_0107_1_1",
                notes="",
            ),
            people.acacia.people["sam"],
            actor=people.alice,
        )
        # A note belongs to a shift that is under way: this one is refused, whole.
        with pytest.raises(RuleBroken):
            shifts.note_shift(planned.id, 1, "Too soon.", sent=SENT, actor=people.sam)
        assert count(ReceivedAction) == 0
        changed = count(ServiceChange)
        kept_at = clock.now() - timedelta(hours=2)
        log(entry, people.sam, Sent(KEY, "a" * 64, kept_at))
        written = db.session.scalars(
            select(ServiceChange).order_by(ServiceChange.created_at.desc()).limit(1)
        ).one()
        assert count(ServiceChange) == changed + 1
        assert abs(written.happened_at - kept_at) < timedelta(seconds=1)
        assert written.created_at > kept_at
        identity.forget_what_is_over()
        assert count(ReceivedAction) == 1
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + received.KEPT + timedelta(minutes=1))
        received.forget_old()
        assert count(ReceivedAction) == 0
