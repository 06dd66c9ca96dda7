"""Accounts of staff: roles, leaving, being suspended, and the last administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import AuditLog
from caddy.tenancy import scope
from tests import world
from tests.client import Client


def changes(people, fact):
    with scope(people.acacia.id):
        return db.session.scalars(
            select(AuditLog.changes)
            .where(AuditLog.action == fact.value)
            .order_by(AuditLog.sequence)
        ).all()


def test_a_new_role_counts_at_once_and_is_written_down_before_and_after(people, sign_in):
    alice, sam = sign_in("alice"), sign_in("sam")
    address = f"/staff/{people.acacia.people['sam']}"
    assert sam.get("/claims").status_code == 403
    assert alice.post(f"{address}/role", {"role": "finance"}).status_code == 303
    assert sam.get("/claims").status_code == 200
    assert changes(people, Fact.USER_ROLE_CHANGED) == [{"role": ["support_worker", "finance"]}]


@pytest.mark.parametrize("status", ["inactive", "suspended"])
def test_who_may_not_sign_in_is_out_at_once_and_can_be_let_in_again(app, people, sign_in, status):
    alice, cora = sign_in("alice"), sign_in("cora")
    address = f"/staff/{people.acacia.people['cora']}/status"
    assert alice.post(address, {"status": status}).status_code == 303
    assert cora.get("/notifications").status_code == 302
    assert Client(app).sign_in("cora@acacia.example", world.PASSWORD).status_code == 422
    assert alice.post(address, {"status": "active"}).status_code == 303
    assert cora.get("/notifications").status_code == 302  # the old session stays over
    assert Client(app).sign_in("cora@acacia.example", world.PASSWORD).status_code == 302
    assert changes(people, Fact.USER_STATUS_CHANGED) == [
        {"status": ["active", status]},
        {"status": [status, "active"]},
    ]


@pytest.mark.parametrize(
    ("what", "form"), [("role", {"role": "viewer"}), ("status", {"status": "inactive"})]
)
def test_the_last_administrator_stays_one(people, sign_in, what, form):
    alice = sign_in("alice")
    address = f"/staff/{people.acacia.people['alice']}/{what}"
    refused = alice.post(address, form)
    assert refused.status_code == 422
    assert "This is the last administrator." in refused.text
    alice.post(f"/staff/{people.acacia.people['cora']}/role", {"role": "admin"})
    assert alice.post(address, form).status_code == 303
