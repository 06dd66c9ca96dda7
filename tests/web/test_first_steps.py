"""An empty provider walks from nothing to its first service; each step ticks itself."""

from __future__ import annotations

import re
from datetime import time, timedelta

from caddy import clock
from caddy.actions import catalogue
from caddy.actions.organizations import add_user, create_organization
from caddy.actions.services import ServiceEntry, log_service
from caddy.actions.settings import set_provider_numbers
from caddy.cli.demo_items import starter_items
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.tenancy import scope
from tests import world
from tests.client import Client


def person(organization_id, who, role):
    return add_user(
        email=f"{who}@wattle.example",
        first_name=who.capitalize(),
        last_name="Low",
        role=role,
        password=world.PASSWORD,
        actor=system_actor(organization_id, "Test", Source.COMMAND),
    )


def support_of(participant_id, today):
    return ServiceEntry(
        participant_id, today - timedelta(days=1), time(9), time(11), "01_011_0107_1_1", "A walk."
    )


def steps_on(page):
    """Return how many steps are done, and which words lead on; None without the guide."""
    found = re.search(r'id="first-steps".*?</section>', page, re.DOTALL)
    if not found:
        return None
    done = found[0].count("Done</span>")
    assert f"{done} of 5 done" in found[0]
    current = re.search(
        r'aria-current="step".*?<a class="[^"]*" href="([^"]+)"', found[0], re.DOTALL
    )
    return done, current[1]


def test_a_new_provider_is_led_through_all_five_and_then_left_alone(app):
    own = create_organization("Wattle", timezone=world.ZONE, state="VIC")
    wil = person(own, "wil", Role.ADMIN)
    actor = Actor(own, wil, "Wil", Role.ADMIN, ROLE_PERMISSIONS[Role.ADMIN])
    client = Client(app)
    client.sign_in("wil@wattle.example", world.PASSWORD)
    today = clock.today(world.ZONE)
    assert steps_on(client.get("/").text) == (0, "/settings#provider")
    with scope(own):
        set_provider_numbers("51 824 753 556", "", actor=actor)
    assert steps_on(client.get("/").text) == (1, "/catalogue/imports/new")
    with scope(own):
        catalogue.store(starter_items(), "starter set", "0" * 64, actor=actor)
    assert steps_on(client.get("/").text) == (2, "/participants/new")
    whom = world.participant(actor, "Una", "Vale", "430000901", today)
    assert steps_on(client.get("/").text) == (3, "/staff/invitations")
    person(own, "wes", Role.SUPPORT_WORKER)
    assert steps_on(client.get("/").text) == (4, "/services/new")
    with scope(own):
        log_service(support_of(whom, today), world.ZONE, "VIC", actor=actor)
    assert steps_on(client.get("/").text) is None
    assert "Show the first steps" not in client.get("/help").text


def test_the_steps_are_hidden_to_oneself_until_one_asks_for_them(people, sign_in):
    client = sign_in("alice")
    assert steps_on(client.get("/").text) == (3, "/settings#provider")
    assert client.post("/first-steps", {"shown": "0"}).status_code == 303
    assert steps_on(client.get("/").text) is None
    assert steps_on(sign_in("charlie").get("/").text) is not None
    assert "Show the first steps" in client.get("/help").text
    client.post("/first-steps", {"shown": "1"})
    assert steps_on(client.get("/").text) == (3, "/settings#provider")
    assert steps_on(sign_in("cora").get("/").text) is None  # who may not take them is not asked to
