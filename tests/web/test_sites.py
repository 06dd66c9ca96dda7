"""A site's page: who is there, and who moves in and out, from there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caddy.actions import sites
from caddy.actions.sites import SiteEntry
from caddy.extensions import db
from caddy.models import AuditLog, Participant
from caddy.tenancy import scope
from tests import world
from tests.web import growth


def test_participants_move_in_and_out_from_the_page_of_a_site(people, sign_in):
    with scope(people.acacia.id):
        house = sites.add_site(SiteEntry("Wattle House"), actor=people.alice)
        other = sites.add_site(SiteEntry("Grevillea House"), actor=people.alice)
    pat, client = people.acacia.participant_id, sign_in("cora")
    address = f"/settings/sites/{house}/participants"
    page = client.get(address)
    assert "Nobody yet." in page.text
    assert f'action="{address}/{pat}"' in page.text
    assert "Nobody found" in client.get(f"{address}?search=zz", fragment=True).text
    answer = client.post(f"{address}/{pat}")
    assert "Pat Green is at Wattle House now." in client.get(answer.location).text
    assert address in client.get(f"/participants/{pat}").text
    elsewhere = f"/settings/sites/{other}/participants"
    assert "Now at Wattle House" in client.get(elsewhere).text
    assert client.post(f"{elsewhere}/{pat}/removal").status_code == 404
    assert client.post(f"{address}/{pat}/removal").status_code == 303
    with scope(people.acacia.id):
        assert db.session.get_one(Participant, pat).site_id is None
        said = select(AuditLog.changes).where(
            AuditLog.action == "participant.changed", AuditLog.entity_id == pat
        )
        assert [one["site_id"] for one in db.session.scalars(said.order_by(AuditLog.id))] == [
            [None, str(house)],
            [str(house), None],
        ]


@pytest.mark.both_databases
def test_the_page_of_a_site_asks_no_more_for_more_people(app, people, sign_in):
    with scope(people.acacia.id):
        house = sites.add_site(SiteEntry("Wattle House"), actor=people.alice)
    address, client = f"/settings/sites/{house}/participants", sign_in("cora")
    few = growth.queries(app, client, address)
    for number in range(5):
        whom = world.participant(
            people.alice, f"P{number}", "Many", f"43001{number:04}", people.today
        )
        with scope(people.acacia.id):
            sites.move_in(house, whom, actor=people.alice)
    assert growth.queries(app, client, address) == few
