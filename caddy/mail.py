"""Mail through Resend: sending it, and checking what the service tells of it later.

The one door; knows no template and no table.
Without a key nothing leaves the machine: in development a mail is a file under `var/mail` that
any mail program opens, in production it is refused.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook, WebhookVerificationError

from caddy import clock
from caddy.config import Settings, load_settings

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
LONGEST_ANSWER = 65_536
PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
LONGEST_TAG = 256
LONGEST_PAUSE = 86_400
SIGNED_HEADERS = ("id", "timestamp", "signature")
# The same mail is on its way at this moment: ask again, and its answer will be there.
ON_ITS_WAY = "concurrent_idempotent_requests"


class MailUnavailable(Exception):
    """The service did not take the mail now; it may after `retry_after` seconds.

    Where it only asks to wait, there is nothing wrong with the mail: that need not use up a try.
    """

    def __init__(self, message: str, retry_after: int = 0, *, uses_try: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.uses_try = uses_try


class NotFromService(Exception):
    """A message that says it is the mail service's and is not, or is too old."""


class MailRefused(Exception):
    """The mail will never be taken as it is; the message is the service's own sentence."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person, in both of its forms."""

    to: str
    subject: str
    html: str
    text: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that was taken: the service's id for it, or the name of its file."""

    provider_id: str


def send(message: Message, idempotency_key: str) -> Sent:
    """Hand over a mail. The same key again sends nothing again: the first answer comes back."""
    settings = load_settings()
    if settings.resend_api_key.get_secret_value():
        return _post(message, idempotency_key, settings)
    if settings.is_production:
        raise MailRefused("No mail service is configured: set RESEND_API_KEY.")
    return _keep(message, idempotency_key, settings)


def _post(message: Message, idempotency_key: str, settings: Settings) -> Sent:
    address = urlsplit(settings.resend_url)
    open_ = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = open_(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    letter = {
        "from": settings.mail_from,
        "to": [message.to],
        "subject": message.subject,
        "html": message.html,
        "text": message.text,
        "tags": [{"name": name, "value": _tag(value)} for name, value in message.tags],
    }
    headers = {
        "Authorization": f"Bearer {settings.resend_api_key.get_secret_value()}",
        "Content-Type": "application/json",
        "Idempotency-Key": idempotency_key,
        "User-Agent": "Caddy",  # without one the service answers 403
    }
    try:
        path = f"{address.path.rstrip('/')}/emails"
        connection.request("POST", path, json.dumps(letter).encode(), headers)
        response = connection.getresponse()
        body = response.read(LONGEST_ANSWER)
        return _outcome(response.status, body, _retry_after(response))
    except (OSError, HTTPException) as error:
        raise MailUnavailable(f"The mail service could not be reached: {error!r}.") from error
    finally:
        connection.close()


def _tag(value: str) -> str:
    """Return a value as the service takes it in a tag: ASCII letters, digits, `_` and `-`.

    >>> _tag("budget alert é")
    'budget_alert__'
    """
    return re.sub(r"[^A-Za-z0-9_-]", "_", value)[:LONGEST_TAG] or "_"


def _retry_after(response: HTTPResponse) -> int:
    """Return for how many seconds the service asks not to be asked, at most a day."""
    for name in ("retry-after", "ratelimit-reset"):
        value = (response.getheader(name) or "").strip()
        if value.isascii() and value.isdigit():
            return min(int(value[:9]), LONGEST_PAUSE)
    return 0


def verified(body: bytes, headers: Mapping[str, str]) -> Any:
    """Return a message of the service as JSON once its signature and its time are checked.

    The signature is Svix's, over the id, the time and the body, with the secret of the webhook;
    older or newer than five minutes is not taken. Raises NotFromService.
    """
    secret = load_settings().resend_webhook_secret.get_secret_value()
    if not secret:
        raise NotFromService("No secret is configured: set CADDY_RESEND_WEBHOOK_SECRET.")
    lower = {name.lower(): value for name, value in headers.items()}
    signed = {f"webhook-{name}": lower.get(f"svix-{name}", "") for name in SIGNED_HEADERS}
    try:
        return Webhook(secret).verify(body, signed)
    except (WebhookVerificationError, ValueError) as error:
        raise NotFromService(str(error)) from error


def is_sending() -> bool:
    """Say whether mail leaves this machine; without a key it is a file in development."""
    return bool(load_settings().resend_api_key.get_secret_value())


def _outcome(status: int, body: bytes, retry_after: int = 0) -> Sent:
    """Return what the answer's id names, or raise what its status means."""
    told = _read(body)
    is_taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    if is_taken and told.get("id"):
        return Sent(str(told["id"]))
    sentence = str(told.get("message") or f"The mail service answered {status}.")
    is_passing = status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if is_taken or is_passing or told.get("name") == ON_ITS_WAY:
        waits = status == HTTPStatus.TOO_MANY_REQUESTS or told.get("name") == ON_ITS_WAY
        raise MailUnavailable(sentence, retry_after, uses_try=not waits)
    raise MailRefused(sentence)


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _keep(message: Message, idempotency_key: str, settings: Settings) -> Sent:
    """Write the mail as a file named by its key, so that the same key is the same file."""
    letter = EmailMessage(policy=SMTPUTF8)
    letter["From"] = settings.mail_from
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(clock.now())
    letter["Tags"] = ", ".join(f"{name}={_tag(value)}" for name, value in message.tags)
    letter.set_content(message.text)
    letter.add_alternative(message.html, subtype="html")
    folder = settings.var / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"{re.sub(r'[^A-Za-z0-9-]', '-', idempotency_key)}.eml"
    place.write_bytes(letter.as_bytes())
    log.warning("mail.written_not_sent %s", place)
    return Sent(f"file:{place.name}")
