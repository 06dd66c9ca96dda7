"""What one reads or hears of a page: its text and the words of its attributes."""

from __future__ import annotations

import re
from html import unescape

from caddy.translation.tables import ATTRIBUTES, NOT_READ
from tests.client import Client

UNREAD = re.compile(rf"<({'|'.join(NOT_READ)})\b.*?</\1>", re.DOTALL)
HEARD = re.compile(rf'\s(?:{"|".join(ATTRIBUTES)})="([^"]*)"')
TAG = re.compile(r"<[^>]*>")


def read(page: str) -> list[str]:
    """Return each text and each attribute that people read, with single spaces."""
    page = UNREAD.sub("", page)
    said = [*HEARD.findall(page), *TAG.split(page)]
    return [one for one in (" ".join(unescape(one).split()) for one in said) if one]


class Visitor(Client):
    """Opens pages without reading them closely: that is done of the English ones."""

    def _read(self, response) -> None:
        pass
