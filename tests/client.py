"""The client of the tests: it signs in, carries the CSRF token, and reads every page closely."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Any
from uuid import UUID

import html5lib
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from caddy import clock
from caddy.domain.actor import Source, system_actor
from caddy.domain.mailed_links import token_hash
from caddy.domain.sign_ins import SessionToken, SignInWay
from caddy.extensions import db
from caddy.models import UserSession
from caddy.tenancy import scope
from caddy.transaction import transaction

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
# What is refused looks alike whatever was asked for: errors/error.html.
ONE_PAGE = {400, 401, 403, 404, 405}


class Client:
    """Talks to the app as a browser does."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._client = app.test_client()
        self._token: str | None = None
        self._who = ""

    def get(self, path: str, *, fragment: bool = False, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if fragment:
            headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
        options.setdefault("buffered", True)
        # A context of its own: what one request remembers must not meet the next.
        with self._app.app_context():
            response = self._client.get(path, headers=headers, **options)
        if not fragment:
            self._read(response)
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form with the session's token; `token=False` leaves it out."""
        fields = dict(data or {})
        is_fragment = options.pop("fragment", False)
        if is_fragment:
            options["headers"] = {"HX-Request": "true", "HX-Request-Type": "partial"}
        if options.pop("token", True):
            fields.setdefault("csrf_token", self.token())
        with self._app.app_context():
            response = self._client.post(path, data=fields, **options)
        if not is_fragment:
            self._read(response)
        return response

    def _read(self, response: TestResponse) -> None:
        """Read the first page of each view and outcome closely: the others are made alike."""
        view = re.sub(r"[0-9a-f-]{36}", "", response.request.path)
        if response.status_code in ONE_PAGE:
            view = ""
        if view == "/":
            view = self._who  # the first page is another for each role
        if _is_first(f"{response.status_code} {view}"):
            lint(response)

    def token(self) -> str:
        """Return the token of the session, as every form has it: without loading a page for it."""
        if self._token is None:
            with self._app.app_context(), self._client.session_transaction() as session:
                held = session.setdefault("csrf_token", token_hex(20))
            signing = URLSafeTimedSerializer(self._app.secret_key, salt="wtf-csrf-token")
            self._token = str(signing.dumps(held))
        return self._token

    def sign_in(self, email: str, password: str) -> TestResponse:
        self._token = None
        self._who = email
        response = self.post("/sign-in", {"email": email, "password": password})
        self._token = None
        return response

    def come_in(self, organization_id: UUID, user_id: UUID) -> None:
        """Begin a session as `sign_in` leaves it, without its page, its password and its mail."""
        self._token = None
        self._who = str(user_id)
        with self._app.app_context(), scope(organization_id):
            token = SessionToken(token_urlsafe(32))
            now = clock.now()
            row = UserSession(
                user_id=user_id,
                token_hash=token_hash(token),
                way=SignInWay.PASSWORD,
                last_seen_at=now,
                confirmed_at=now,
                expires_at=now + timedelta(days=1),
            )
            nobody = system_actor(organization_id, "Test", Source.COMMAND)
            with transaction(nobody, unrecorded="a test's beginning"):
                db.session.add(row)
        with self._app.app_context(), self._client.session_transaction() as held:
            held.permanent = True
            held["_user_id"] = token
            held["_fresh"] = True

    def cookies(self) -> dict[str, Any]:
        return {key[2]: cookie for key, cookie in self._client._cookies.items()}


def _is_first(shape: str) -> bool:
    """Say whether no process of this run has come to such a page before; from now on one has."""
    mark = Path(os.environ["CADDY_TEST_READ"]) / sha256(shape.encode()).hexdigest()
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def lint(response: TestResponse) -> None:
    """Fail where a page is not what every page has to be; redirects are not pages."""
    if response.mimetype != "text/html" or response.status_code in {204, *range(300, 400)}:
        return
    if "sandbox" in response.headers["Content-Security-Policy"]:
        return  # a mail in a frame is no page of ours: tests/jobs/test_mail.py reads it
    assert "HX-Request-Type" in response.headers.get("Vary", ""), "a page says what it varies by"
    text = response.text
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=True)
    document = parser.parse(text)
    wrong = [error for error in parser.errors if error[1] != "unexpected-solidus"]
    assert not wrong, f"not valid HTML: {wrong[:3]}"
    elements = [one for one in document.iter() if isinstance(one.tag, str)]

    def every(name: str) -> list[Any]:
        return [one for one in elements if one.tag == f"{NAMESPACE}{name}"]

    title = every("title")[0].text or ""
    assert title.strip().endswith("Caddy"), "a page has a title"
    assert not title.strip().startswith("·"), "a page's title says which page it is"
    assert document.get("lang") == "en-AU"
    assert len(every("h1")) == 1, "a page has one main heading"
    ids = [one.get("id") for one in elements if one.get("id")]
    assert len(ids) == len(set(ids)), f"ids twice: {[i for i in ids if ids.count(i) > 1][:3]}"
    assert not every("style"), "no inline style"
    assert all(one.get("src") for one in every("script")), "no inline script"
    inline = [a for one in elements for a in one.attrib if a == "style" or a.startswith("on")]
    assert not inline, f"inline handlers or styles: {inline}"
    assert all(one.get("alt") is not None for one in every("img")), "images have an alternative"
    framed = [one.get("src") for one in every("iframe")]
    policy = response.headers["Content-Security-Policy"]
    assert not framed or "frame-src 'self'" in policy, f"the page may not show {framed}"
    assert all(one.startswith("/") for one in framed), "only what is ours is framed"
    _lint_forms(every, set(ids))


def _lint_forms(every: Any, ids: set[str]) -> None:
    for form in every("form"):
        assert form.get("action"), "a form says where it goes"
        assert form.get("method") in {"get", "post"}, "a form says how it goes"
        if form.get("method") == "post":
            names = {one.get("name") for one in form.iter(f"{NAMESPACE}input")}
            assert "csrf_token" in names, f"the form to {form.get('action')} has no token"
    labelled = {one.get("for") for one in every("label")}
    wrapped = {id(child) for label in every("label") for child in label.iter()}
    for name in ("input", "select", "textarea"):
        for one in every(name):
            if one.get("type") in {"hidden", "submit"} or id(one) in wrapped:
                continue
            assert one.get("id") in labelled, f"{one.get('name')} has no label"
    for described in (one.get("aria-describedby") for one in every("input")):
        assert all(name in ids for name in (described or "").split()), f"{described} is not there"
