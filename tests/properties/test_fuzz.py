"""Nasty input at every route: never a mistake of ours, never markup that comes back as markup.

CADDY_FUZZ=200 tries that many at each route, other ones each time.
"""

from __future__ import annotations

import logging
import os
import random
import traceback
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests import world
from tests.properties import fuzz
from tests.web import calls

AT_EACH = int(os.environ.get("CADDY_FUZZ", "0"))
# The two databases take turns at the usual number: together thousands.
MOST = {"sqlite": AT_EACH or 4, "postgresql": AT_EACH or 1}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Mistakes(logging.Handler):
    """Keeps what the last mistake of ours was, so that a failure says it."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            places = traceback.extract_tb(error.__traceback__)
            ours = [f"{one.filename}:{one.lineno}" for one in places if "/caddy/" in one.filename]
            self.last = f"{error!r:.300} at {ours[-2:]}"


class Sender:
    """A browser of someone who may do everything, that stays signed in."""

    def __init__(self, app: Any, sign_in: Any) -> None:
        self.app = app
        self._sign_in = sign_in
        self.client = sign_in("alice")
        self.sent = 0
        self.mistakes = Mistakes()
        logging.getLogger("caddy.web.errors").addHandler(self.mistakes)

    def visit(self, name: str, own: dict[str, Any]) -> Any:
        """Open a page as it is, without reading it closely: others do."""
        query = calls.CALLS[name].query.format(**own)
        address = calls.path(self.app, name.split()[1], own)
        with self.app.app_context():
            return self.client._client.get(address, query_string=query, buffered=True)

    def send(self, method: str, address: str, pairs: list[tuple[str, str]], *, part: bool) -> Any:
        headers = dict(HTMX) if part else {}
        data = fuzz.encoded(pairs)
        with self.app.app_context():
            if method == "GET":
                answer = self.client._client.get(
                    address, query_string=data.decode(), headers=headers, buffered=True
                )
            else:
                token = fuzz.encoded([("csrf_token", self.client.token())])
                answer = self.client._client.post(
                    address,
                    data=b"&".join(filter(None, (data, token))),
                    content_type="application/x-www-form-urlencoded",
                    headers=headers,
                )
        self.sent += 1
        if answer.status_code == 302 and "/sign-in" in (answer.location or ""):
            self.client = self._sign_in("alice")
        return answer


def check(name: str, answer: Any, mistakes: Mistakes) -> None:
    assert answer.status_code < 500, f"{name}: {answer.status_code} {mistakes.last}"
    if answer.mimetype == "text/html":
        for sign in ("<zq", fuzz.BROKEN_OUT, fuzz.WORKED_OUT):
            assert sign not in answer.text, f"{name} gave {sign} back"
    assert "X-Evil" not in answer.headers, name


def fields_of(sender: Sender, own: dict[str, Any]) -> dict[str, list[str]]:
    """Return the fields of each route that is written to, from the pages that have its forms."""
    by_address: dict[str, set[str]] = {}
    for name in fuzz.ROUTES:
        if name.startswith("GET ") and not name.endswith((".csv", ".xlsx")):
            page = sender.visit(name, own)
            if page.mimetype == "text/html":
                for address, names in fuzz.forms_of(page.text).items():
                    by_address.setdefault(address, set()).update(names)
    return {
        name: sorted(
            (
                by_address.get(calls.path(sender.app, name.split()[1], own), set())
                | set(calls.CALLS[name].form)
            )
            - {"csrf_token"}
        )
        for name in fuzz.ROUTES
        if name.startswith("POST ")
    }


def tried(sender: Sender, name: str, address: str, pairs: Any, most: int) -> None:
    """Send a route what the strategy makes; raises with what was sent where it went wrong."""
    method = name.split(maxsplit=1)[0]

    # Other values at each route, the same ones at each run.
    @seed(random.getrandbits(64) if AT_EACH else crc32(name.encode()))
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(pairs=pairs, part=st.booleans())
    def nasty(pairs: list[tuple[str, str]], part: bool) -> None:
        try:
            answer = sender.send(method, address, pairs, part=part)
        except Exception as error:
            raise AssertionError(f"{name} raised {error!r}, sent {shown(pairs)}") from error
        check(f"{name} {shown(pairs)}", answer, sender.mistakes)

    nasty()


def shown(pairs: list[tuple[str, str]]) -> str:
    return str([(key, value[:60]) for key, value in pairs])


def test_nothing_that_anybody_sends_breaks_a_page_or_comes_back_as_markup(
    app, people: world.World, own, sign_in, request
):
    sender = Sender(app, sign_in)
    fields = fields_of(sender, own)
    bare = {name for name, names in fields.items() if not names}
    # They take nothing but the address, or a file.
    assert len(bare) < len(fields) / 2, f"the fields of forms are not found: {sorted(bare)}"
    looked_for = fuzz.query_names()
    assert len(looked_for) > 30, "the names of query parameters are not found any more"
    kind = request.node.callspec.params["app"]
    wrong: list[str] = []
    for name in fuzz.ROUTES:
        method, endpoint = name.split()
        address = calls.path(app, endpoint, own)
        rule = next(one for one in app.url_map.iter_rules() if one.endpoint == endpoint)
        odd = fuzz.odd_path(address, rule, own)
        if odd != address:
            check(name, sender.send(method, odd, [], part=False), sender.mistakes)
        valid = {
            key: value.format(**own) if isinstance(value, str) else value
            for key, value in calls.CALLS[name].form.items()
        }
        names = looked_for if method == "GET" else fields[name]

        try:
            tried(sender, name, address, fuzz.filled(names, valid), MOST[kind])
        except (AssertionError, ExceptionGroup) as error:
            wrong.append(f"{error} {getattr(error, '__notes__', '')}"[:1_500])
    assert not wrong, "\n".join(wrong)
    assert sender.sent > len(fuzz.ROUTES)
