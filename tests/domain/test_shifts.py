"""Which step follows which, whose it is, and when a late no may cost something."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from caddy.domain import shifts
from caddy.domain.actor import Actor
from caddy.domain.errors import Forbidden, RuleBroken
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.domain.roster import Clash, ClashKind
from caddy.domain.services import ServiceStatus

LEGAL = {
    ("scheduled", "in_progress"),
    ("scheduled", "cancelled"),
    ("in_progress", "completed"),
    ("in_progress", "cancelled"),
    ("completed", "billed"),
    ("completed", "cancelled"),
}
SAM, CORA = UUID(int=1), UUID(int=2)
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


def actor(user_id: UUID, role: Role) -> Actor:
    return Actor(UUID(int=9), user_id, "x", role, ROLE_PERMISSIONS[role])


@pytest.mark.parametrize(("before", "after"), list(product(ServiceStatus, ServiceStatus)))
def test_only_these_steps_are_legal(before, after):
    if (before.value, after.value) in LEGAL:
        shifts.check_step(before, after)
    else:
        with pytest.raises(RuleBroken) as caught:
            shifts.check_step(before, after)
        assert before.label.lower() in caught.value.message


def test_ones_own_or_anyones_for_whoever_plans():
    sam, cora = actor(SAM, Role.SUPPORT_WORKER), actor(CORA, Role.COORDINATOR)
    shifts.check_handles(sam, SAM)
    shifts.check_handles(cora, SAM)
    with pytest.raises(Forbidden):
        shifts.check_handles(sam, CORA)


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("scheduled", {"start", "cancel", "move"}),
        ("in_progress", {"finish", "cancel"}),
        ("completed", {"correct", "cancel"}),
        ("cancelled", set()),
        ("billed", set()),
    ],
)
def test_the_buttons_are_what_may_be_done(status, steps):
    status = ServiceStatus(status)
    assert shifts.steps(status, may_handle=True, may_plan=True) == steps
    assert shifts.steps(status, may_handle=True, may_plan=False) == steps - {"move"}
    assert shifts.steps(status, may_handle=False, may_plan=False) == frozenset()
    ahead = shifts.steps(status, may_handle=True, may_plan=True, may_begin=False)
    assert ahead == steps - {"start"}, "of another day it would be refused"


def test_a_start_is_near_its_plan_and_never_ahead():
    shifts.check_start(NINE - timedelta(hours=12), NINE, NINE, MONDAY)
    shifts.check_start(NINE + timedelta(hours=3), NINE, NINE + timedelta(hours=3), MONDAY)
    with pytest.raises(RuleBroken, match="23 Nov 2026"):
        shifts.check_start(NINE - timedelta(hours=13), NINE, NINE, MONDAY)
    with pytest.raises(RuleBroken, match="when it begins"):
        shifts.check_start(NINE + timedelta(minutes=1), NINE, NINE, MONDAY)


def test_many_clashes_are_counted_after_the_first_five():
    some = [
        (MONDAY + timedelta(days=7 * week), Clash(ClashKind.PARTICIPANT_TWICE, "Twice."))
        for week in range(8)
    ]
    said = shifts.say_clashes(some)
    assert said.startswith("23 Nov 2026: Twice. 30 Nov 2026: Twice.")
    assert said.endswith("And 3 more.")
    shifts.check_clashes(some, is_accepted=True)
    with pytest.raises(RuleBroken):
        shifts.check_clashes(some, is_accepted=False)


def test_a_worker_in_two_places_is_said_alone_and_never_accepted():
    both = [
        (MONDAY, Clash(ClashKind.PARTICIPANT_TWICE, "Pat twice.")),
        (MONDAY, Clash(ClashKind.WORKER_TWICE, "Sam twice.")),
    ]
    with pytest.raises(RuleBroken) as caught:
        shifts.check_clashes(both, is_accepted=True)
    assert caught.value.message == "Sam twice."
