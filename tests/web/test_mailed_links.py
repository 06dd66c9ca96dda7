"""Mailed links: sign-ups, invitations, resets and sign-ins, used once and only by a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from caddy import clock, mail, queue
from caddy.actions import members, sign_ups
from caddy.config import load_settings
from caddy.domain.actor import Source, system_actor
from caddy.domain.mailed_links import LIFETIMES, LinkPurpose
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.jobs.mail import send_email
from caddy.models import AuditLog, EmailLog, MailedLink, Organization, User
from caddy.queries import users
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction
from tests import identity, resend, snapshot, world
from tests.client import Client
from tests.web.matrix import parts

NEW_PASSWORD = "seven quiet lanterns"
ASK = {
    LinkPurpose.MAGIC_LINK: "/sign-in/link",
    LinkPurpose.PASSWORD_RESET: "/password-reset",
}
JOIN = {"first_name": "Nia", "last_name": "New", "password": NEW_PASSWORD}
FORMS = {
    LinkPurpose.SIGN_UP: {},
    LinkPurpose.INVITATION: JOIN,
    LinkPurpose.MAGIC_LINK: {},
    LinkPurpose.PASSWORD_RESET: {"new": NEW_PASSWORD},
}


def sent(app, people, sign_in, purpose) -> str:
    """Have a link of a purpose mailed, as people do, and return its path."""
    client = Client(app)
    if purpose is LinkPurpose.SIGN_UP:
        response = client.post("/sign-up", parts.SIGN_UP)
    elif purpose is LinkPurpose.INVITATION:
        form = {"email": "Nia@Acacia.example ", "role": "coordinator"}
        response = sign_in("alice").post("/staff/invitations", form)
    else:
        response = client.post(ASK[purpose], {"email": "Cora@acacia.example"})
    assert response.status_code in {302, 303}
    return identity.path_of(purpose)


def email_of(client) -> str:
    with client._client.session_transaction() as held:
        user = users.of_session(held.get("_user_id", ""))
    return user.email if user else ""


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_works_once_by_its_button_and_not_by_being_looked_at(app, people, sign_in, purpose):
    path = sent(app, people, sign_in, purpose)
    for _ in range(3):
        assert Client(app).get(path).status_code == 200  # a mail program looks at it
    client = Client(app)
    assert client.post(path, FORMS[purpose]).status_code == 302
    comes_in_as = {
        LinkPurpose.SIGN_UP: "wil@wattle.example",
        LinkPurpose.INVITATION: "nia@acacia.example",
        LinkPurpose.MAGIC_LINK: "cora@acacia.example",
        LinkPurpose.PASSWORD_RESET: "",  # then one signs in, with a second factor if there is one
    }
    assert email_of(client) == comes_in_as[purpose]
    for response in (Client(app).get(path), Client(app).post(path, FORMS[purpose])):
        assert response.status_code == 404
        assert "This link works no more" in response.text


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_is_over_after_its_time(app, people, sign_in, purpose):
    path = sent(app, people, sign_in, purpose)
    nobody = system_actor(people.acacia.id, "Test", Source.JOB)
    with unscoped("a test"), transaction(nobody, unrecorded="a test"):
        link = db.session.scalars(select(MailedLink).where(MailedLink.purpose == purpose)).one()
        lived = link.expires_at - link.created_at
        assert abs(lived - LIFETIMES[purpose]) < timedelta(seconds=5)
        db.session.execute(update(MailedLink).values(expires_at=clock.now()))
    assert Client(app).get(path).status_code == 404
    assert Client(app).post(path, FORMS[purpose]).status_code == 404


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_the_mail_has_the_link_and_no_table_has_its_secret(
    app, people, sign_in, purpose, monkeypatch, tmp_path
):
    path = sent(app, people, sign_in, purpose)
    secret = path.rpartition("/")[2]
    assert len(secret) == 64
    monkeypatch.setattr(mail, "load_settings", lambda: resend.settings(var=tmp_path))
    with unscoped("a test"):
        (email,) = db.session.scalars(select(EmailLog)).all()
    with scope(email.organization_id):
        actor = system_actor(email.organization_id, "Test", Source.JOB)
        send_email(email.id, actor=actor)
    (letter,) = (tmp_path / "mail").iterdir()
    assert letter.read_text().replace("=\n", "").count(path) == 2
    with snapshot.owner().connect() as connection:
        for table in (MailedLink, EmailLog, AuditLog, queue.Outbox):
            for row in connection.execute(select(*table.__table__.columns)):
                assert secret not in str(row), table
                assert parts.SIGN_UP["password"] not in str(row), table


@pytest.mark.parametrize("purpose", ASK)
@pytest.mark.parametrize("email", ["nobody@acacia.example", "vic@acacia.example"])
def test_an_address_that_may_not_sign_in_gets_the_same_answer_and_no_mail(
    app, people, purpose, email
):
    with scope(people.acacia.id):
        vic = people.acacia.people["vic"]
        members.change_status(vic, UserStatus.INACTIVE, actor=people.alice)
    known = Client(app).post(ASK[purpose], {"email": "cora@acacia.example"})
    unknown = Client(app).post(ASK[purpose], {"email": email})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert identity.mailed() == [(purpose.value, "cora@acacia.example")]


def test_a_page_says_where_its_link_was_asked_from(app, people):
    client = Client(app)
    client._client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) Safari/604.1"
    client.post("/sign-in/link", {"email": "cora@acacia.example"})
    page = Client(app).get(identity.path_of(LinkPurpose.MAGIC_LINK)).text
    for words in ("Sign in as Cora", "Safari on an iPhone", "127.0.0.1"):
        assert words in page


def test_a_reset_ends_every_session_and_every_other_link(app, people, sign_in):
    path, magic = (
        sent(app, people, sign_in, purpose)
        for purpose in (LinkPurpose.PASSWORD_RESET, LinkPurpose.MAGIC_LINK)
    )
    client = sign_in("cora")
    weak = Client(app).post(path, {"new": "cora-acacia-2026"})
    assert weak.status_code == 422
    assert "easy to guess" in weak.text
    assert Client(app).post(path, {"new": NEW_PASSWORD}).status_code == 302
    assert client.get("/notifications").status_code == 302
    assert Client(app).get(magic).status_code == 404
    assert Client(app).sign_in("cora@acacia.example", world.PASSWORD).status_code == 422
    assert Client(app).sign_in("cora@acacia.example", NEW_PASSWORD).status_code == 302
    assert ("password_changed", "cora@acacia.example") in identity.mailed()


def test_a_changed_password_needs_the_old_one_and_ends_all_other_sessions(app, people, sign_in):
    here, there = sign_in("cora"), sign_in("cora")
    wrong = here.post("/settings/password", {"current": "not it at all", "new": NEW_PASSWORD})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    right = {"current": world.PASSWORD, "new": NEW_PASSWORD}
    assert here.post("/settings/password", right).status_code == 303
    assert here.get("/notifications").status_code == 200
    assert there.get("/notifications").status_code == 302


def test_a_sign_up_is_nobody_and_takes_nothing_until_its_address_is_proved(app, people, sign_in):
    path = sent(app, people, sign_in, LinkPurpose.SIGN_UP)
    form = parts.SIGN_UP
    assert Client(app).sign_in(form["email"], form["password"]).status_code == 422
    # Another may sign the same provider up meanwhile: the first to prove their address has it.
    second = sent(app, people, sign_in, LinkPurpose.SIGN_UP)
    client = Client(app)
    assert client.post(path).status_code == 302
    page = client.get("/")
    assert page.status_code == 200
    assert "Wattle Care" in page.text
    refused = Client(app).post(second)
    assert refused.status_code == 422
    assert "An organization with this ABN is here already." in refused.text
    with unscoped("a test"):
        made = db.session.scalars(
            select(Organization).where(Organization.abn == "51824753556")
        ).one()
        admin = db.session.scalars(select(User).where(User.organization_id == made.id)).one()
    assert (made.slug, made.state, made.timezone) == ("wattle-care", "VIC", "Australia/Melbourne")
    assert admin.role is Role.ADMIN
    assert made.verified_at is not None
    assert Client(app).sign_in(form["email"], form["password"]).status_code == 302


def test_whoever_signs_up_with_a_known_address_learns_it_by_mail_alone(app, people):
    known = Client(app).post("/sign-up", parts.SIGN_UP | {"email": "Cora@acacia.example"})
    unknown = Client(app).post("/sign-up", parts.SIGN_UP)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert identity.mailed() == [
        ("sign_up_known", "cora@acacia.example"),
        ("sign_up", "wil@wattle.example"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("abn", "51 824 753 557", "ABN"),
        ("email", "wil", "Enter an email address"),
        ("password", "wattlecare2026", "easy to guess"),
        ("password", "short", "at least 12"),
        ("state", "NZ", "Not a valid choice"),
    ],
)
def test_a_sign_up_names_what_is_wrong_and_keeps_the_rest(app, people, name, value, says):
    response = Client(app).post("/sign-up", parts.SIGN_UP | {name: value})
    assert response.status_code == 422
    assert says in response.text
    assert 'value="Wattle Care"' in response.text
    assert identity.mailed() == []


def test_a_sign_up_that_nobody_confirmed_leaves_nobodys_name_behind(app, people, sign_in):
    sent(app, people, sign_in, LinkPurpose.SIGN_UP)
    assert sign_ups.forget_stale() == 0
    nobody = system_actor(people.acacia.id, "Test", Source.JOB)
    with unscoped("a test"), transaction(nobody, unrecorded="a test"):
        long_over = clock.now() - timedelta(days=5, seconds=1)
        db.session.execute(update(MailedLink).values(expires_at=long_over))
    assert sign_ups.forget_stale() == 1
    assert sign_ups.forget_stale() == 0
    assert identity.mailed() == [("sign_up", "forgotten")]
    with unscoped("a test"):
        assert db.session.scalar(select(func.count(MailedLink.id))) == 0
        shells = select(Organization.name).where(Organization.verified_at.is_(None))
        assert db.session.scalars(shells).all() == ["Caddy"]


def test_a_provider_can_keep_its_own_caddy_to_itself(app, people, monkeypatch):
    closed = load_settings().model_copy(update={"sign_up": "closed"})
    for module in ("sign_up", "sign_in"):
        monkeypatch.setattr(f"caddy.blueprints.{module}.load_settings", lambda: closed)
    client = Client(app)
    assert "/sign-up" not in client.get("/sign-in").text
    assert client.get("/sign-up").status_code == 404
    assert client.post("/sign-up", parts.SIGN_UP).status_code == 404


def test_an_invited_person_joins_with_the_role_they_were_invited_to(app, people, sign_in):
    path = sent(app, people, sign_in, LinkPurpose.INVITATION)
    client = Client(app)
    weak = client.post(path, JOIN | {"password": "nia-new-acacia"})
    assert weak.status_code == 422
    assert 'value="Nia"' in weak.text
    client.post(path, JOIN)
    assert client.get("/participants").status_code == 200
    assert client.get("/settings").status_code == 403
    with scope(people.acacia.id):
        nia = db.session.scalars(select(User).where(User.email == "nia@acacia.example")).one()
    assert nia.role is Role.COORDINATOR


def test_an_invitation_sent_again_or_taken_back_ends_the_link_before(app, people, sign_in):
    first = sent(app, people, sign_in, LinkPurpose.INVITATION)
    alice = sign_in("alice")

    def link_id():
        with scope(people.acacia.id):
            newest = select(MailedLink.id).order_by(MailedLink.id.desc()).limit(1)
            return db.session.scalars(newest).one()

    assert alice.post(f"/staff/invitations/{link_id()}/sending").status_code == 303
    second = identity.path_of(LinkPurpose.INVITATION)
    assert Client(app).get(first).status_code == 404
    assert Client(app).get(second).status_code == 200
    assert alice.post(f"/staff/invitations/{link_id()}/revocation").status_code == 303
    assert Client(app).get(second).status_code == 404
    assert "nia@acacia.example" not in alice.get("/staff/invitations").text.split("Invite")[-1]


def test_an_inviter_learns_of_their_own_staff_but_not_of_other_providers(app, people, sign_in):
    alice = sign_in("alice")
    own = alice.post("/staff/invitations", {"email": "sam@acacia.example", "role": "viewer"})
    assert own.status_code == 422
    form = {"email": "charlie@banksia.example", "role": "viewer"}
    assert alice.post("/staff/invitations", form).status_code == 303
    assert identity.mailed() == [("invitation_elsewhere", "charlie@banksia.example")]
    refused = Client(app).post(identity.path_of(LinkPurpose.INVITATION), JOIN)
    assert refused.status_code == 422
    assert "already signs in" in refused.text
