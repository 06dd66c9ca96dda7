"""Many rows of a kind, and how many queries a page asks for them."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Engine, event

from caddy.actions import (
    services,
    sites,
    teams,
)
from caddy.actions.organizations import add_user
from caddy.domain.permissions import Role
from caddy.tenancy import scope
from tests import world
from tests.one_colleague import recorded
from tests.one_of_each import document_of, entry


def queries(app: Any, client: Any, address: str) -> int:
    """Return how many statements a page takes."""
    client.get(address)  # what is kept from the first time is not counted
    seen: list[str] = []
    own = threading.get_ident()  # the hub of an earlier test may still render in its thread

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == own:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(seen)


def many_participants(people: world.World, count: int) -> None:
    for number in range(count):
        world.participant(
            people.alice, f"P{number}", "Many", f"43001{number:04}", people.today, (1, 5_000_00)
        )


def many_people(people: world.World, count: int) -> None:
    """Add staff with all that is recorded of them, whom Pat's team grows by, and sites."""
    pat = people.acacia.participant_id
    assert pat
    for number in range(count):
        user_id = add_user(
            email=f"many{number}@acacia.example",
            first_name="Many",
            last_name=f"Person {number:02}",
            role=Role.SUPPORT_WORKER,
            password=world.PASSWORD,
            actor=people.alice,
        )
        recorded(user_id, people.alice)
        with scope(people.acacia.id):
            teams.add_to_team(pat, user_id, actor=people.alice)
            sites.add_site(sites.SiteEntry(f"House {number}"), actor=people.alice)


def many_documents(people: world.World, count: int) -> None:
    with scope(people.acacia.id):
        for _ in range(count):
            document_of(people.acacia.participant_id, people.alice)


def many_services(people: world.World, count: int) -> None:
    with scope(people.acacia.id):
        for number in range(count):
            services.log_service(
                entry(people, people.acacia.participant_id, number + 1),
                world.ZONE,
                "NSW",
                actor=people.alice,
            )
