"""How words are compared when someone searches: without capitals, accents and apostrophes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MOST_WORDS = 6
TRIGRAM = 3
ALIKE = 30  # percent of two names' trigrams are shared, where one has a slip of the finger
# Letters that are no letter with an accent, and how people type them.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_APOSTROPHES = re.compile("[`\u2018\u2019\u02bb\u02bc]")
_JOINTS = re.compile(r"(?<=\w)['\-\u2010\u2011](?=\w)")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    r"""Return a text without capitals and accents.

    >>> fold("Zoë O\u2019Brien-ŁUKASZ")
    "zoe o'brien-lukasz"
    """
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", text.casefold()))
    return "".join(one for one in apart if not unicodedata.combining(one)).translate(LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words that someone looks for, at most six of them.

    >>> words_of("O'Brien, zoë  430 000 001")
    ['obrien', 'zoe', '430000001']
    """
    together = re.sub(r"(?<=\d)[ \u00a0](?=\d)", "", _JOINTS.sub("", fold(text)))
    return _WORD.findall(together)[:MOST_WORDS]


def searchable(*parts: str) -> str:
    """Return what is kept of some names to be found by: joined words whole and in their parts.

    >>> searchable("Zoë", "O'Brien-Smith", "430000001")
    "zoe o'brien-smith 430000001 obriensmith o brien smith"
    """
    plain = " ".join(fold(" ".join(parts)).split())
    joined = [word for word in plain.split() if _JOINTS.search(word)]
    more = [_JOINTS.sub("", word) for word in joined] + [_JOINTS.sub(" ", word) for word in joined]
    return " ".join([plain, *more])


@lru_cache(maxsize=8_192)  # the same names come again and again
def trigrams(word: str) -> frozenset[str]:
    """Return the runs of three letters in a word; its beginning and its end count as letters.

    >>> sorted(trigrams("ann"))
    ['  a', ' an', 'ann', 'nn ']
    """
    padded = f"  {word} "
    return frozenset(padded[at : at + TRIGRAM] for at in range(len(padded) - TRIGRAM + 1))


def likeness(wanted: Iterable[str], found: str) -> int:
    """Return how alike the words wanted are to words of a text, in percent.

    >>> likeness(["jonson"], "mary johnson") > likeness(["jonson"], "mary jones")
    True
    """
    shapes = [trigrams(word) for word in found.split()]
    looked_for = [trigrams(word) for word in wanted]
    best = [max((_shared(one, shape) for shape in shapes), default=0) for one in looked_for]
    return sum(best) // len(best) if best else 0


def _shared(one: frozenset[str], other: frozenset[str]) -> int:
    common = len(one & other)
    return 100 * common // (len(one) + len(other) - common)
