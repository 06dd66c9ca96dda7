"""What Caddy says while it runs, as production says it, and whether it tells of people."""

from __future__ import annotations

import logging
import re

from caddy import logs

PEOPLE = re.compile(
    r"\b(Pat|Green|Olly|Hidden|Quinn|Secret|Marigold|Wattlebird)\b|43\d ?000 ?0[01]\d|@acacia|pat@"
    r"|0412 ?345|marigold@|quinn\.secret|otter"
)


class Lines(logging.Handler):
    """Keeps every line in the form of production."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[str] = []
        self.setFormatter(logs.handler(is_json=True).formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


def people_in(text: str) -> list[str]:
    """Return what a text tells of the people of the tests: names, numbers, addresses."""
    return [found[0] for found in PEOPLE.finditer(text)]
