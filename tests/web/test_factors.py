"""The second step of signing in: set up, asked for, counted once, required, and taken away."""

from __future__ import annotations

from sqlalchemy import select

from caddy.extensions import db
from caddy.models import UserSession
from caddy.tenancy import scope
from tests import identity, world
from tests.client import Client


def first_step(app, who="cora", **options):
    """Return a browser that is asked for the second step."""
    client = Client(app)
    form = {"email": f"{who}@acacia.example", "password": world.PASSWORD}
    response = client.post("/sign-in", form, **options)
    assert response.location == "/sign-in/second-step"
    return client


def is_in(client):
    return client.get("/notifications").status_code == 200


def test_the_second_step_lets_in_who_has_the_app_and_nobody_without_it(app, people, sign_in):
    client, other = sign_in("cora"), sign_in("cora")
    secret, _ = identity.with_app(client)
    assert is_in(client)
    assert not is_in(other)  # all other sessions ended
    assert identity.mailed()[-1] == ("factor_added", "cora@acacia.example")
    new = first_step(app, query_string={"next": "/panel"})
    assert not is_in(new)
    assert "Open the app on your phone" in new.get("/sign-in/second-step").text
    refused = new.post("/sign-in/second-step", {"code": identity.code(secret, 3)})
    assert refused.status_code == 422
    assert not is_in(new)
    right = identity.code(secret)
    assert new.post("/sign-in/second-step", {"code": right}).location == "/panel"
    assert is_in(new)
    # The same code does not come in a second time, nor does the one before it.
    for taken in (right, identity.code(secret, -1)):
        again = first_step(app)
        assert again.post("/sign-in/second-step", {"code": taken}).status_code == 422
        assert not is_in(again)
    with scope(people.acacia.id):
        rows = select(UserSession.second_factor_at).where(UserSession.revoked_at.is_(None))
        assert None not in db.session.scalars(
            rows.where(UserSession.user_id == people.acacia.people["cora"])
        )
