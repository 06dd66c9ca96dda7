"""A language that does not exist: English with accents, to see what no catalogue could reach.

Whatever on a page has no accent was never given to the catalogue. Not for production.
"""

from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

from babel.messages.pofile import read_po

PSEUDO = "en_XA"
PLACE = re.compile(r"(\{\w+\})")
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
WITH_ACCENTS = "àƀçđéƒĝĥîĵķļɱñôƥɋřšţüṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÔƤɊŘŠŢÜṼŴẊÝŽ"
ACCENTS = str.maketrans(PLAIN, WITH_ACCENTS)


def accented(message: str) -> str:
    """Return a message with an accent on each letter; its places stay as they are.

    >>> accented("{count} left")
    '{count} ļéƒţ'
    """
    parts = PLACE.split(message)
    return "".join(one if at % 2 else one.translate(ACCENTS) for at, one in enumerate(parts))


class PseudoTranslations(NullTranslations):
    """A catalogue that has all of the template that translators begin with, and nothing else."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        with template.open("rb") as stream:
            found = read_po(stream)
        self.messages = {str(one.id): accented(str(one.id)) for one in found if one.id}

    def gettext(self, message: str) -> str:
        return self.messages.get(message, message)

    ugettext = gettext
