"""Claims in any order of what people do: every sum stays what its rows say."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from caddy.actions import claims
from caddy.actions.claim_corrections import Received, credit_lines, record_payment
from caddy.domain.claims import SENT, ClaimStatus, LineStatus
from caddy.domain.errors import CaddyError
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, ClaimService, Service
from caddy.queries import receivables
from caddy.tenancy import scope
from tests import claims as some
from tests import world

STEPS = 60
# Each database has lives of its own: no two tell more than one of them twice.
LIVES = [("sqlite", 1), ("sqlite", 2), ("postgresql", 3), ("postgresql", 4)]


@pytest.mark.parametrize(("app", "seed"), LIVES, indirect=["app"])
def test_any_order_of_acts_leaves_no_difference(people, seed):
    with scope(people.acacia.id):
        some.ready(people)
        chance = random.Random(seed)
        for step in range(STEPS):
            try:
                act(people, chance, step)
            except CaddyError:
                db.session.rollback()  # refused, which leaves everything as it was
            some.no_differences()
        numbers = sorted(db.session.scalars(select(Claim.number)))
        assert numbers == list(range(1, len(numbers) + 1))
        live = select(ClaimService.service_id).where(ClaimService.is_live.is_(True))
        held = db.session.scalars(live).all()
        assert len(held) == len(set(held))
        billed = db.session.scalar(
            select(func.coalesce(func.sum(Service.total_cents), 0)).where(
                Service.status == "billed"
            )
        )
        still = (LineStatus.REJECTED, LineStatus.CREDITED)
        sent = db.session.scalar(
            select(func.coalesce(func.sum(ClaimLine.total_cents), 0))
            .join(Claim, Claim.id == ClaimLine.claim_id)
            .where(Claim.status.in_(SENT), ClaimLine.status.not_in(still))
        )
        assert billed == sent
        owed = sum(one.total_cents for one in receivables.aged(people.today, world.ZONE))
        assert owed <= sent


def act(people, chance, step):
    kind = chance.choice("log log log build submit withdraw result credit pay".split())
    claim = chance.choice(db.session.scalars(select(Claim)).all() or [None])
    if kind == "log":
        some.log(people, days_ago=step + 1, minutes=chance.randint(1, 30))
    elif kind == "build":
        some.build(people)
    elif claim is None:
        return
    elif kind == "submit":
        some.submit(people, claim.id)
    elif kind == "withdraw":
        claims.withdraw_claim(claim.id, actor=people.alice)
    elif kind == "result":
        some.answer(people, *[row(line, chance) for line in some.lines_of(claim.id)])
    elif kind == "pay":
        money = Received(chance.randint(1, 50_00), people.today, f"R{step}")
        record_payment(claim.id, money, actor=people.alice)
    else:
        line = chance.choice(some.lines_of(claim.id))
        credit_lines(claim.id, [line.id], "A test.", actor=people.alice)


def row(line, chance):
    cents = chance.choice([0, line.total_cents, line.total_cents // 2])
    answer = chance.choice(["SUCCESSFUL", "SUCCESSFUL", "ERROR"])
    paid, capped = f"{cents // 100}.{cents % 100:02}", chance.choice("YN")
    return line.claim_reference, answer, chance.choice(["", "Duplicate"]), paid, capped


def test_the_states_are_the_closed_list():
    assert {one.value for one in SENT} | {"draft", "withdrawn"} == {
        one.value for one in ClaimStatus
    }
