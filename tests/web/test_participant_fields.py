"""A field of a profile, changed where it stands: one field, its history, and who was faster."""

from __future__ import annotations

import re

from sqlalchemy import select

from caddy.extensions import db
from caddy.models import AuditLog, Participant, ParticipantTag
from caddy.queries import selections
from caddy.tenancy import scope


def version(html):
    return re.search(r'name="version"[^>]* value="([^"]+)"', html)[1]


def test_a_field_opens_is_refused_saved_and_closed_where_it_stands(people, sign_in):
    pat, client = people.acacia.participant_id, sign_in("cora")
    address = f"/participants/{pat}/fields/mobile"
    assert f'hx-get="{address}"' in client.get(f"/participants/{pat}").text
    form = client.get(address, fragment=True).text
    assert form.strip().startswith('<div class="in-place in-place--open" id="field-mobile">')
    typed = {"version": version(form), "value": "12"}
    refused = client.post(address, typed, fragment=True)
    assert refused.status_code == 422
    assert 'value="12"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    saved = client.post(address, typed | {"value": "0400 000 009"}, fragment=True)
    assert saved.status_code == 200
    assert "0400 000 009" in saved.text
    assert "<form" not in saved.text
    assert "<form" not in client.get(f"{address}?as=text", fragment=True).text
    late = client.post(address, typed | {"value": "0400 000 001"}, fragment=True)
    assert late.status_code == 409
    assert "It says now: 0400 000 009." in late.text
    mine = typed | {"version": version(late.text), "value": "0400 000 001"}
    assert client.post(address, mine).location.endswith(f"/participants/{pat}")  # as a page
    with scope(people.acacia.id):
        told = select(AuditLog.changes).where(AuditLog.action == "participant.changed")
        assert [one["mobile"][1] for one in db.session.scalars(told.order_by(AuditLog.id))] == [
            *("0400 000 009", "0400 000 001")
        ]


def test_the_notes_of_a_delivered_service_change_in_place_for_a_reason_and_the_old_are_kept(
    people, own, sign_in
):
    service_id, client = own["service_id"], sign_in("cora")
    address = f"/services/{service_id}/notes/correction"
    assert f'hx-get="{address}"' in client.get(f"/services/{service_id}").text
    typed = {"version": version(client.get(address, fragment=True).text), "notes": "Made soup."}
    refused = client.post(address, typed, fragment=True)
    assert refused.status_code == 422
    assert "Say why the notes are changed." in refused.text
    assert "Made soup." in refused.text
    saved = client.post(address, typed | {"reason": "Mistyped."}, fragment=True)
    assert saved.status_code == 200
    assert "<form" not in saved.text
    late = client.post(address, typed | {"reason": "Again."}, fragment=True)
    assert late.status_code == 409
    with scope(people.acacia.id):
        last = selections.last_change(service_id)
        assert last.changes == {"notes": ["A test.", "Made soup."]}
        assert last.reason == "Mistyped."


def test_tags_and_the_preferred_name_count_at_once_in_lists_and_searches(people, sign_in):
    pat, client = people.acacia.participant_id, sign_in("cora")
    for name, value in (("tags", "North, bus ,North"), ("preferred_name", "Paddy")):
        address = f"/participants/{pat}/fields/{name}"
        form = {"version": version(client.get(address).text), "value": value}
        assert client.post(address, form).status_code == 303
    with scope(people.acacia.id):
        assert set(db.session.scalars(select(ParticipantTag.tag))) == {"North", "bus"}
        assert db.session.get_one(Participant, pat).first_name == "Pat"
    assert "Paddy Green" in client.get("/participants?tag=bus").text
    assert "Paddy Green" in client.get("/palette?q=paddy", fragment=True).text
    assert client.get(f"/participants/{pat}/fields/ndis_number").status_code == 404
    assert sign_in("sam").get(f"/participants/{pat}/fields/mobile").status_code == 403
