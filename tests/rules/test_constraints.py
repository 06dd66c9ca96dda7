"""Constraints live in the database: what no action would write is refused there too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from caddy.extensions import db
from caddy.models import Budget, Organization, Participant, Plan, User
from caddy.tenancy import scope
from caddy.transaction import transaction

BAD = {
    "spent beyond what is allocated": (Budget, {"spent_cents": 99_999_99}),
    "negative spending": (Budget, {"spent_cents": -1}),
    "a category that does not exist": (Budget, {"support_category": 22}),
    "a kind that does not exist": (Budget, {"category": "gold"}),
    "a short NDIS number": (Participant, {"ndis_number": "43000"}),
    "archived without its time": (Participant, {"status": "archived"}),
    "a status that does not exist": (Participant, {"status": "gone"}),
    "an address in capitals": (User, {"email": "A@B.example"}),
    "amber after red": (Organization, {"light_amber_percent": 90}),
}


@pytest.mark.parametrize("case", BAD)
def test_the_database_refuses(people, case):
    model, values = BAD[case]
    with (
        scope(people.acacia.id),
        pytest.raises((DBAPIError, LookupError)),
        transaction(people.alice, unrecorded="a test"),
    ):
        db.session.execute(update(model).values(**values))


def test_the_database_refuses_a_plan_that_ends_before_it_starts(people):
    with (
        scope(people.acacia.id),
        pytest.raises(DBAPIError),
        transaction(people.alice, unrecorded="a test"),
    ):
        db.session.execute(update(Plan).values(ends_on=Plan.starts_on - timedelta(days=1)))
