"""What one reads or hears of a page: its text and the words of its attributes."""

from __future__ import annotations

from html.parser import HTMLParser

from caddy.translation.tables import ATTRIBUTES, NOT_READ
from tests.client import Client


class Reader(HTMLParser):
    """Collects what is read; `text` has it with single spaces."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._skipping = 0
        self.feed(page)
        self.said = [said for one in self.said if (said := " ".join(one.split()))]

    @property
    def text(self) -> str:
        return "".join("".join(self.said).split())

    def handle_starttag(self, tag, attrs):
        self._skipping += tag in NOT_READ
        self.said += [value or "" for name, value in attrs if name in ATTRIBUTES]

    def handle_endtag(self, tag):
        self._skipping -= tag in NOT_READ

    def handle_data(self, data):
        if not self._skipping:
            self.said.append(data)


class Visitor(Client):
    """Opens pages without reading them closely: that is done of the English ones."""

    def _read(self, response) -> None:
        pass
