"""Sending text messages. The one door; knows no table.

There is no provider yet: what would be sent is written down by the caller and goes nowhere. A
provider's client takes the place of `send` and answers with the provider's id.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

IS_SENDING = False  # there is a provider

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Text:
    """One text message: the number it goes to, and what it says."""

    to: str
    body: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it. `provider_id` is None where nobody sent it on."""

    provider_id: str | None


def send(text: Text, idempotency_key: str) -> Sent:
    """Hand over a text message; without a provider it is only noted, without its number."""
    log.info("sms.kept", extra={"letters": len(text.body), "key": idempotency_key})
    return Sent(None)
