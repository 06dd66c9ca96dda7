"""What every page behind a mailed link shares: finding what it opens, and saying when it is over.

A GET shows a button and changes nothing, for mail programs open links to look at them.
"""

from __future__ import annotations

import hashlib

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.sign_ins import device_in_words
from caddy.domain.words import say_date, say_time
from caddy.queries import mailed_links
from caddy.queries.mailed_links import OpenLink
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter

NOT_FOUND = 404


def _was_dead(response: Response) -> bool:
    return response.status_code == NOT_FOUND


# Of links that open nothing: to guess 256 bits is hopeless, and this says so early.
guessing = limiter.limit(TRIES["mailed_links.guesses"], deduct_when=_was_dead)


def by_address() -> str:
    """Count mails that are asked for by address and place: nobody else is kept from asking."""
    told = f"{request.remote_addr} {request.form.get('email', '').strip().lower()[:254]}"
    return hashlib.sha256(told.encode()).hexdigest()  # what is kept in Redis names nobody


def opened(token: str, purpose: LinkPurpose) -> OpenLink | None:
    return mailed_links.find(token, purpose)


def dead(purpose: LinkPurpose) -> Response:
    """Say that a link does not work any more, and where to get another. Never says why."""
    return page("links/dead.html", purpose=purpose, status=NOT_FOUND)


def asked_from(link: OpenLink) -> dict[str, str]:
    """Return where and when a link was asked for, as its page says it."""
    moment = clock.local(link.created_at, link.timezone)
    return {
        "device": device_in_words(link.user_agent),
        "place": link.ip or "an unknown address",
        "when": f"{say_date(moment.date())} at {say_time(moment)}",
    }


def sent() -> ResponseReturnValue:
    """Go to the page that says to look into one's mail: the same whether one was sent or not."""
    return redirect(url_for("sign_in_links.sent"))
