"""Two people change one thing at once: the second sees both versions, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy.extensions import db
from caddy.models import Participant, Plan, Service, ServiceAgreement
from caddy.tenancy import scope


def fields(page):
    """Return what a page's form would send as it is, as a browser without scripts would."""
    form = page.partition('method="post" novalidate')[2].partition("</form>")[0]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_choice = found.get("type") in {"checkbox", "radio"}
        if "name" in found and (not is_choice or " checked" in tag):
            sent[found["name"]] = found.get("value", "")
    lists = re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL)
    for name, inside in lists:
        chosen = re.search(r"<option selected value=\"([^\"]*)\"", inside)
        sent[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        sent[name] = inside.strip()
    sent.pop("csrf_token", None)
    return sent


# Which form, what each of the two types, the words of what differs, and what is stored then.
CASES = {
    "correction": (
        "/services/{service_id}/correction",
        {"notes": "By the sea.", "reason": "A slip."},
        {"notes": "At the pool.", "end_time": "10:00", "reason": "Wrong."},
        ("Notes", "By the sea.", "At the pool.", "10:00 am", "9:30 am"),
        (Service, "notes", "At the pool."),
    ),
    "move": (
        "/services/{planned_id}/move",
        {"start_time": "08:00", "end_time": "08:30", "save_anyway": "y"},
        {"start_time": "10:00", "end_time": "10:30", "reason": "Bus.", "save_anyway": "y"},
        ("Start", "8:00 am", "10:00 am"),
        (Service, "start_time", "10:00:00"),
    ),
    "profile": (
        "/participants/{participant_id}/edit",
        {"suburb": "Manly", "tags": "morning", "interests": "Chess\nSailing"},
        {"suburb": "Bondi", "mobile": "0491 570 156"},
        ("Suburb", "Manly", "Bondi", "Tags", "morning", "Interests", "Chess\nSailing"),
        (Participant, "suburb", "Bondi"),
    ),
    "plan": (
        "/participants/{participant_id}/plans/{plan_id}/edit",
        {"goals": "Walk"},
        {"goals": "Swim", "plan_manager": "Plan Co"},
        ("Goals", "Walk", "Swim", "Plan manager", "Plan Co"),
        (Plan, "goals", "['Swim']"),
    ),
    "agreement": (
        "/agreements/{agreement_id}/edit",
        {"items-0-unit_price": "60.00"},
        {"terms": "Feed the cat."},
        ("Items", "60.00", "65.00", "Other terms", "Feed the cat."),
        (ServiceAgreement, "terms", "Feed the cat."),
    ),
}


@pytest.fixture
def values(people, own):
    with scope(people.acacia.id):
        planned = select(Service.id).where(Service.schedule_id == own["schedule_id"])
        return own | {"planned_id": db.session.scalars(planned).first()}


@pytest.mark.parametrize("name", CASES)
def test_the_second_of_two_sees_both_versions_and_may_send_theirs_again(
    people, sign_in, values, name
):
    address, first, second, words, (model, column, stored) = CASES[name]
    address = address.format(**values)
    alice, cora = sign_in("alice"), sign_in("cora")
    seen = fields(cora.get(address).text)
    assert seen["version"]
    assert alice.post(address, fields(alice.get(address).text) | first).status_code in {302, 303}
    refused = cora.post(address, seen | second)
    assert refused.status_code == 409
    assert "Alice Acacia changed this" in refused.text
    table = refused.text.partition('id="conflict"')[2].partition("</table>")[0]
    assert all(word in table for word in words), table
    assert "Take theirs" in refused.text
    assert "[&#39;" not in refused.text, "a list is shown as people write it"
    kept = fields(refused.text)
    assert kept == seen | second | {"version": kept["version"]}
    assert kept["version"] != seen["version"]
    assert cora.post(address, kept).status_code in {302, 303}
    with scope(people.acacia.id):
        db.session.expire_all()
        assert stored in {str(one) for one in db.session.scalars(select(getattr(model, column)))}


def test_a_version_that_makes_no_sense_is_an_older_one(people, sign_in, values):
    address = f"/participants/{values['participant_id']}/edit"
    client = sign_in("cora")
    for version in ("yesterday", "2026-01-01", "2026-01-01T00:00:00+00:00"):
        sent = fields(client.get(address).text) | {"version": version}
        assert client.post(address, sent).status_code == 409


def test_a_shift_that_was_taken_further_says_so_and_keeps_what_was_typed(people, sign_in, values):
    address = f"/services/{values['planned_id']}/cancellation"
    cora, alice = sign_in("cora"), sign_in("alice")
    sent = fields(cora.get(address).text) | {"reason": "They moved away."}
    assert alice.post(address, sent | {"reason": "Ill"}).status_code == 303
    refused = cora.post(address, sent)
    assert refused.status_code == 409
    assert "it is cancelled now" in refused.text
    again = cora.post(address, fields(refused.text))
    assert again.status_code == 422
    assert "cannot be cancelled" in again.text
    assert 'value="They moved away."' in again.text


def test_the_page_of_a_plan_says_beside_the_field_what_is_wrong(people, sign_in, values):
    address = CASES["plan"][0].format(**values)
    client = sign_in("cora")
    sent = fields(client.get(address).text)
    profile = client.get(f"/participants/{values['participant_id']}?tab=plans").text
    assert f'href="{address}"' in profile
    last = (people.today - timedelta(days=30)).isoformat()
    refused = client.post(address, sent | {"ends_on": last, "reason": "A review"})
    assert refused.status_code == 422
    assert "A service is on" in refused.text.partition('id="ends_on-error"')[2][:200]
    assert f'value="{last}"' in refused.text
    unsaid = client.post(address, sent | {"management": "self_managed"})
    assert "Say why" in unsaid.text.partition('id="reason-error"')[2][:200]
    saved = client.post(address, sent | {"management": "self_managed", "reason": "A new plan."})
    assert saved.status_code == 303
    assert "The plan was saved." in client.get(saved.location).text
