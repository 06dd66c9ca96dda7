"""Codes on paper: how they are made, written and read. What is stored of them, actions say.

A code has a name, its first four letters, by which it is found, and twelve that are its secret:
59 bits, drawn from letters and digits that nobody mistakes for another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
NAMED = 4
LENGTH = 16
GROUP = 4
HOW_MANY = 10


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A recovery code: the part that says which, and the part that is secret."""

    name: str
    secret: str

    def __str__(self) -> str:
        """Return it as it is written down.

        >>> str(PaperCode("k7m2", "9xq4tw3hp6ra"))
        'k7m2-9xq4-tw3h-p6ra'
        """
        whole = self.name + self.secret
        return "-".join(whole[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def new_codes() -> list[PaperCode]:
    """Return ten new codes, no two of the same name."""
    made: dict[str, PaperCode] = {}
    while len(made) < HOW_MANY:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        made[letters[:NAMED]] = PaperCode(letters[:NAMED], letters[NAMED:])
    return list(made.values())


def read(typed: str) -> PaperCode | None:
    """Return the code that somebody typed, however they grouped it; None where it is none.

    >>> read("K7M2 9XQ4 TW3H P6RA")
    PaperCode(name='k7m2', secret='9xq4tw3hp6ra')
    """
    letters = "".join(one for one in typed.lower() if one.isalnum())
    is_code = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return PaperCode(letters[:NAMED], letters[NAMED:]) if is_code else None
