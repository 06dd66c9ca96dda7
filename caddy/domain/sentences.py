"""Sentences with values in them: plain English to everybody, and a message to translate.

Pure: what a catalogue has for it is looked up where it is shown (caddy/translation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """An English sentence, its values filled in, that still knows what it was made of.

    It is a string like any other, so that rules, logs and programs see English; what joins or
    formats it gets a plain string, which can be translated no more.
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, values: Mapping[str, object]) -> Self:
        made = super().__new__(cls, message.format_map(values))
        made.message = message
        made.values = dict(values)
        return made

    def __reduce__(self) -> tuple[type[Sentence], tuple[str, Mapping[str, object]]]:
        return Sentence, (self.message, self.values)


def sentence(message: str, /, **values: object) -> Sentence:
    """Return a sentence; each `{name}` of the message stands for the value of that name.

    The message must stand in the code as it is: that is how `caddy words extract` finds it.

    >>> said = sentence("{name} has {count} left.", name="Ada", count=3)
    >>> said, said.message
    ('Ada has 3 left.', '{name} has {count} left.')
    """
    return Sentence(message, values)


def together(*said: str) -> Sentence:
    """Return several sentences as one, each of which is still found by itself.

    >>> together(sentence("Logged {time}.", time="2 h"), "Thank you.")
    'Logged 2 h. Thank you.'
    """
    values = {f"part_{number}": one for number, one in enumerate(said)}
    return Sentence(" ".join(f"{{{name}}}" for name in values), values)


def words(text: str) -> str:
    """Return words as they are, and have them found: for labels that nothing else tells apart."""
    return text
