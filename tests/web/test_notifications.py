"""The page of notifications, the bell on every page, and how one wants to be told."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from caddy.actions.notifications import notify
from caddy.domain.telling import NewsKind
from caddy.extensions import db
from caddy.models import Notification, User
from caddy.queries import preferences
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests.web import growth


def tell(people, who, count=1, provider=None):
    """Tell someone of something a number of times; return the ids, oldest first."""
    provider = provider or people.acacia
    actor = people.charlie if provider is people.banksia else people.alice
    with scope(provider.id):
        with transaction(actor, unrecorded="a test"):
            user = db.session.get_one(User, provider.people[who])
            begun = len(db.session.scalars(select(Notification.id)).all())
            for number in range(begun, begun + count):
                notify(
                    [user],
                    kind="test",
                    title=f"Number {number} for {who}",
                    body="A budget is nearly spent.",
                    link="/participants",
                    subject=user,
                    dedupe_key=f"test:{number}",
                )
        return db.session.scalars(
            select(Notification.id)
            .where(Notification.user_id == provider.people[who])
            .order_by(Notification.id)
        ).all()


def bell(response):
    found = re.search(r'<a class="bell"[^>]*>(.*?)</a>', response.text)
    return re.sub(r"<[^>]+>", " ", found[1]).split()


def test_the_list_is_newest_first_and_pages_by_fifty(people, sign_in):
    tell(people, "cora", 60)
    client = sign_in("cora")
    first = client.get("/notifications")
    titles = re.findall(r"</span> (Number \d+) for cora</h2>", first.text)
    assert titles == [f"Number {number}" for number in range(59, 9, -1)]
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1]
    second = client.get(following)
    assert len(re.findall(r"Number \d for cora</h2>", second.text)) == 10
    assert 'rel="next"' not in second.text


def test_one_sees_only_ones_own(people, sign_in):
    tell(people, "cora")
    tell(people, "charlie", provider=people.banksia)
    page = sign_in("sam").get("/notifications").text
    assert "Nothing to tell you" in page
    assert "Number" not in page


def test_the_bell_counts_what_is_unread_and_stops_at_99(people, sign_in):
    client = sign_in("cora")
    assert bell(client.get("/")) == ["Notifications"]
    tell(people, "cora", 99)
    assert bell(client.get("/participants")) == ["Notifications", "99", "unread"]
    tell(people, "cora", 2)
    assert bell(client.get("/participants")) == ["Notifications", "99+", "unread"]
    assert bell(sign_in("sam").get("/")) == ["Notifications"]


def test_marking_one_returns_to_the_list_where_one_was(people, sign_in):
    ids = tell(people, "cora", 3)
    client = sign_in("cora")
    response = client.post(f"/notifications/{ids[0]}/reading?after={ids[2]}")
    assert response.status_code == 303
    assert response.location == f"/notifications?after={ids[2]}"
    page = client.get("/notifications")
    assert "Marked as read." in page.text
    assert bell(page) == ["Notifications", "2", "unread"]


def test_opening_one_marks_it_and_goes_where_it_leads(people, sign_in):
    (one,) = tell(people, "cora")
    client = sign_in("cora")
    assert client.post(f"/notifications/{one}/reading", {"open": "1"}).location == "/participants"
    assert bell(client.get("/")) == ["Notifications"]


def test_marking_all_says_how_many(people, sign_in):
    tell(people, "cora", 3)
    client = sign_in("cora")
    client.post("/notifications/reading")
    page = client.get("/notifications")
    assert "Marked 3 notifications as read." in page.text
    assert bell(page) == ["Notifications"]
    client.post("/notifications/reading")
    assert "There was nothing unread." in client.get("/notifications").text


def test_a_colleagues_notification_is_not_there(people, sign_in):
    (one,) = tell(people, "cora")
    assert sign_in("alice").post(f"/notifications/{one}/reading").status_code == 404
    assert sign_in("charlie").post(f"/notifications/{one}/reading").status_code == 404
    assert bell(sign_in("cora").get("/")) == ["Notifications", "1", "unread"]


def test_htmx_gets_the_list_alone(people, sign_in):
    tell(people, "cora")
    part = sign_in("cora").get("/notifications", fragment=True).text
    assert "<!doctype" not in part
    assert "Number 0 for cora" in part


def test_the_bell_costs_no_query_of_its_own(app, people, sign_in):
    client = sign_in("cora")
    without = growth.queries(app, client, "/participants")
    tell(people, "cora", 60)
    assert growth.queries(app, client, "/participants") == without


@pytest.mark.both_databases
def test_the_list_asks_no_more_for_more_rows(app, people, sign_in):
    client = sign_in("cora")
    tell(people, "cora")
    few = growth.queries(app, client, "/notifications")
    tell(people, "cora", 30)
    assert growth.queries(app, client, "/notifications") == few


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"in_app": "y"}, "You will be told in Caddy."),
        ({"by_email": "y"}, "You will be told by email."),
        ({"in_app": "y", "by_email": "y"}, "You will be told in Caddy and by email."),
        ({}, "You will not be told anything."),
    ],
)
def test_everyone_chooses_how_they_are_told(people, sign_in, form, says):
    client = sign_in("sam")
    assert client.post("/settings/notifications", form).status_code == 303
    page = client.get("/settings/notifications")
    assert says in page.text
    checked = set(re.findall(r'<input[^>]*\bchecked\b[^>]*name="(\w+)"', page.text))
    assert checked == set(form)
    with scope(people.acacia.id):
        sam = db.session.get_one(User, people.acacia.people["sam"])
        assert (sam.notify_in_app, sam.notify_by_email) == ("in_app" in form, "by_email" in form)


def test_a_way_that_is_switched_off_shows_as_off_for_every_kind_and_keeps_its_choices(
    people, sign_in
):
    client, page = sign_in("sam"), "/settings/notifications"
    on = {"in_app": "y", "by_email": "y"}
    assert client.post(page, {**on, "by_sms": "y"}).status_code == 303
    texts = {f"{kind}-by_sms": "y" for kind in NewsKind if kind is not NewsKind.PLANS}
    assert client.post(f"{page}/kinds", texts).status_code == 303
    assert client.post(page, on).status_code == 303
    shown = client.get(page).text
    assert "Text messages: switched off for you under Ways." in shown
    boxes = re.findall(r"<input[^>]*-by_sms[^>]*>", shown)
    assert len(boxes) == len(NewsKind)
    assert all("disabled" in one and "checked" not in one for one in boxes)
    assert client.post(f"{page}/kinds", {"budgets-in_app": "y"}).status_code == 303
    with scope(people.acacia.id):
        ways = preferences.of(people.acacia.people["sam"]).ways
    assert [kind for kind in NewsKind if not ways[kind].by_sms] == [NewsKind.PLANS]
    assert [kind for kind in NewsKind if ways[kind].in_app] == [NewsKind.BUDGETS]
