"""The settings page's small forms, sites, and what a participant's form asks of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caddy.actions import sites
from caddy.actions.sites import SiteEntry
from caddy.domain.participants import PriceZone
from caddy.extensions import db
from caddy.models import Organization, Participant
from caddy.tenancy import scope


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("thresholds", {"amber_percent": "90", "red_percent": "80"}, "Amber comes before red"),
        ("alerts", {"warning_percent": "90", "critical_percent": "80"}, "The first alert comes"),
        ("alerts", {"warning_percent": "x", "critical_percent": ""}, "Enter a percentage."),
        ("pace", {"pace_variance_percent": "0"}, "Between 1 and 100."),
        ("checks", {"daily_check_hour": "24"}, "Not a valid choice"),
        ("qualifications", {"required": "flying"}, "not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    people, sign_in, path, form, sentence
):
    answer = sign_in("alice").post(f"/settings/{path}", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count('id="error-summary"') == 1
    with scope(people.acacia.id):
        kept = db.session.scalars(
            select(Organization.alert_warning_percent).where(Organization.name == "Acacia")
        ).one()
    assert kept == 75


def test_what_is_saved_is_said_and_shown(people, sign_in):
    client = sign_in("alice")
    assert client.post("/settings/qualifications", {"required": ["first_aid", "orientation"]})
    shown = client.get("/settings").text
    assert "Workers must hold: orientation module and first aid." in shown
    assert client.post("/settings/qualifications").status_code == 303
    assert "Nothing is required of workers." in client.get("/settings").text
    client.post("/settings/alerts", {"warning_percent": "60", "critical_percent": "95"})
    assert 'value="95"' in client.get("/settings").text


def test_a_site_is_added_and_renamed(people, sign_in):
    client = sign_in("alice")
    assert "No sites yet" in client.get("/settings/sites").text
    assert client.post("/settings/sites", {"name": ""}).status_code == 422
    assert client.post("/settings/sites", {"name": "Wattle"}).status_code == 303
    again = client.post("/settings/sites", {"name": "Wattle", "suburb": "Newtown"})
    assert again.status_code == 422
    assert 'value="Newtown"' in again.text
    with scope(people.acacia.id):
        from caddy.queries.sites import to_choose

        ((site_id, _),) = to_choose()
    path = f"/settings/sites/{site_id}"
    assert client.post(path, {"name": "Wattle House", "postcode": "20"}).status_code == 422
    assert client.post(path, {"name": "Wattle House", "postcode": "2042"}).status_code == 303
    assert "Wattle House" in client.get("/settings/sites").text


def fields(client, path):
    """Return what a form holds as a browser would send it."""
    import html5lib

    text = client.get(path).text
    document = html5lib.parse(text, namespaceHTMLElements=False)
    form = next(one for one in document.iter("form") if one.get("action") == path)
    values = {}
    for one in form.iter("input"):
        if one.get("type") not in {"checkbox", "submit"}:
            values[one.get("name")] = one.get("value", "")
    for one in form.iter("textarea"):
        values[one.get("name")] = one.text or ""
    for one in form.iter("select"):
        chosen = [o for o in one.iter("option") if o.get("selected") is not None]
        values[one.get("name")] = (chosen or list(one.iter("option")))[0].get("value")
    return values


def test_the_profile_form_keeps_site_remoteness_and_the_second_worker(people, sign_in):
    with scope(people.acacia.id):
        house = sites.add_site(SiteEntry("Wattle House"), actor=people.alice)
    client = sign_in("cora")
    path = f"/participants/{people.acacia.participant_id}/edit"
    form = fields(client, path)
    assert (form["mmm"], form["site_id"]) == ("1", "")
    assert "price_zone" not in form
    # The zone follows from the area, whatever an old page still sends.
    form |= {"mmm": "6", "price_zone": "national", "site_id": str(house), "needs_two_workers": "y"}
    assert client.post(path, form).status_code == 302
    again = fields(client, path)
    assert (again["mmm"], again["site_id"]) == ("6", str(house))
    with scope(people.acacia.id):
        pat = db.session.get_one(Participant, people.acacia.participant_id)
        assert (pat.mmm, pat.site_id, pat.needs_two_workers) == (6, house, True)
        assert pat.price_zone is PriceZone.REMOTE
    assert "Wattle House" in client.get(f"/participants/{people.acacia.participant_id}").text


@pytest.mark.parametrize(("name", "value"), [("mmm", "8"), ("mmm", "x"), ("site_id", "x")])
def test_a_remoteness_or_a_site_that_is_not_offered_is_refused(people, sign_in, name, value):
    client = sign_in("cora")
    path = f"/participants/{people.acacia.participant_id}/edit"
    assert client.post(path, fields(client, path) | {name: value}).status_code == 422


def test_another_organizations_site_is_no_choice(people, sign_in):
    with scope(people.banksia.id):
        foreign = sites.add_site(SiteEntry("Secret House"), actor=people.charlie)
    client = sign_in("cora")
    path = f"/participants/{people.acacia.participant_id}/edit"
    assert "Secret House" not in client.get(path).text
    assert client.post(path, fields(client, path) | {"site_id": str(foreign)}).status_code == 422
