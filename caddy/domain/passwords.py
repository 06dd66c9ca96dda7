"""Which passwords are too easy to guess: by rules of how people make them, not by signs needed.

A password is cut into the pieces that are cheapest to guess: common words, the person's own
words, years, keys in a row, repetitions. What all the pieces cost together must be enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from caddy.domain.common_words import WORDS
from caddy.domain.errors import RuleBroken

SHORTEST = 12
LONGEST = 200
LOOKED_AT = 64  # a longer password is judged by its beginning, which is enough
LONGEST_WORD = 24
SHORTEST_OWN_WORD = 3
SHORTEST_PATTERN = 3
FEW = 2  # different letters in a repetition

# What a piece costs an attacker, in tenths of a bit: the logarithm of how many there are.
ENOUGH = 300
COST_OF_WORD = 90
COST_OF_OWN_WORD = 30
COST_OF_YEAR = 60
COST_OF_DATE = 120
COST_OF_WALK = 60
COST_OF_REPEAT = 50
COST_OF_DIGIT = 33
COST_OF_LETTER = 47
COST_OF_SIGN = 50
COST_OF_SPACE = 10
COST_OF_SHAPE = 10  # a capital or a sign in a letter's place, wherever they are

_ROWS = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "azertyuiop",
    "147258369",
    "741852963",
)
_LEET = str.maketrans("0134578@$!|€", "oieastbasiie")
_YEAR = re.compile(r"(19[3-9]\d|20[0-4]\d)")
_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d\d|19\d\d|20\d\d)")
_REPEAT = re.compile(r"(.+?)\1+")

TOO_SHORT = f"Use at least {SHORTEST} letters, digits or signs. A few words in a row are easiest."
TOO_LONG = f"Use at most {LONGEST} letters, digits and signs."
TOO_COMMON = (
    "This password is easy to guess: it is made of common words, names, years or keys in a row. "
    "Use a few words that have nothing to do with each other."
)
LEAKED = (
    "This password is on a list of passwords that were stolen elsewhere. Choose one that you "
    "use nowhere else."
)


def normalized(password: str) -> str:
    r"""Return a password as it is hashed: the same letters however a keyboard composed them.

    >>> normalized("e\u0301clair") == normalized("\u00e9clair")
    True
    """
    return unicodedata.normalize("NFKC", password)


def check(password: str, own_words: Iterable[str] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long or easy to guess.

    `own_words` are what others know of the person: names, address, organization. Nothing is
    asked of letters, digits or signs as such (NIST SP 800-63B 5.1.1.2).
    """
    text = normalized(password)
    if len(text) < SHORTEST:
        raise RuleBroken(field, "short_password", TOO_SHORT)
    if len(text) > LONGEST:
        raise RuleBroken(field, "long_password", TOO_LONG)
    if cost(text, own_words) < ENOUGH:
        raise RuleBroken(field, "common_password", TOO_COMMON)


def refuse_leaked(field: str = "password") -> RuleBroken:
    return RuleBroken(field, "leaked_password", LEAKED)


def own_words_of(*names: str) -> frozenset[str]:
    """Return the words of names and addresses, whole and apart, as passwords may hold them.

    >>> sorted(own_words_of("Wattle Care", "sam@acacia.example"))
    ['acacia', 'care', 'example', 'sam', 'samacaciaexample', 'wattle', 'wattlecare']
    """
    found = set()
    for name in names:
        parts = re.findall(r"[^\W\d_]+|\d+", name.lower())
        found |= {part for part in parts if len(part) >= SHORTEST_OWN_WORD}
        whole = "".join(parts)
        if len(whole) >= SHORTEST_OWN_WORD:
            found.add(whole[:LONGEST_WORD])
    return frozenset(found)


def cost(password: str, own_words: Iterable[str] = ()) -> int:
    """Return what guessing costs, in tenths of a bit, by the cheapest way to cut it.

    >>> cost("Password2024!") < ENOUGH < cost("purple otter sings twice")
    True
    """
    own = frozenset(word.lower() for word in own_words)
    text = password[:LOOKED_AT]
    lower = text.lower()
    plain = _undone(lower)
    shape = COST_OF_SHAPE if lower != text or plain != lower else 0
    cheapest = min(_cut(lower, lower, own), _cut(lower, plain, own))
    return cheapest + shape


def _undone(text: str) -> str:
    """Return a text with the signs that stand in letters' places as those letters."""
    return text.translate(_LEET)


def _cut(text: str, plain: str, own: frozenset[str]) -> int:
    """Return the cost of the cheapest cut; words are looked for in `plain`, the rest in `text`."""
    repeated = _REPEAT.fullmatch(text)
    if repeated:
        return _cut(repeated[1], plain[: len(repeated[1])], own) + COST_OF_REPEAT
    costs = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        costs[end] = costs[end - 1] + _single(text[end - 1])
        for start in range(max(0, end - LONGEST_WORD), end - 1):
            piece = _piece(text[start:end], plain[start:end], own)
            if piece is not None:
                costs[end] = min(costs[end], costs[start] + piece)
    return costs[-1]


def _single(letter: str) -> int:
    if letter.isspace():
        return COST_OF_SPACE
    if letter.isdigit():
        return COST_OF_DIGIT
    return COST_OF_LETTER if letter.isalpha() else COST_OF_SIGN


def _piece(text: str, plain: str, own: frozenset[str]) -> int | None:
    """Return what a piece costs as a whole, or None where it is nothing that people choose."""
    if plain in own or plain[::-1] in own or text in own:
        return COST_OF_OWN_WORD
    if plain in WORDS or plain[::-1] in WORDS:
        return COST_OF_WORD
    if len(text) < SHORTEST_PATTERN:
        return None
    patterns = (
        (COST_OF_YEAR, _YEAR.fullmatch(text)),
        (COST_OF_DATE, _DATE.fullmatch(text)),
        (COST_OF_WALK, _is_walk(text)),
        (COST_OF_REPEAT, len(set(text)) <= FEW and _REPEAT.fullmatch(text)),
    )
    return next((cost for cost, is_so in patterns if is_so), None)


@lru_cache(maxsize=4_000)
def _is_walk(text: str) -> bool:
    """Say whether these are keys or letters in a row, forwards or backwards."""
    return any(text in row or text[::-1] in row for row in _ROWS)
