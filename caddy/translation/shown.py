"""What compiled templates call to say something in the language of the answer.

Translations are text, never HTML: they are escaped like any value, so that no catalogue can
bring a tag into a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from caddy.domain.sentences import Sentence
from caddy.translation.languages import gettext

PLACE = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[str, ...]:
    """Return words and names of places in turn; a translation's braces can do nothing else."""
    return tuple(PLACE.split(text))


def _filled(text: str, values: dict[str, object], say: Callable[[object], str]) -> str:
    parts = _parts(text)
    if len(parts) == 1:
        return say(text)
    return "".join(
        (say(values[one]) if one in values else say(f"{{{one}}}")) if at % 2 else say(one)
        for at, one in enumerate(parts)
    )


def html(message: str, /, **values: object) -> Markup:
    """Return a sentence of a page; its values are escaped as they always are."""
    return Markup(_filled(gettext(message), values, escape))  # noqa: S704 - each part is escaped


def text(message: str, /, **values: object) -> str:
    """Return a line of a mail as plain text."""
    return _filled(gettext(message), values, str)


def words(message: str, /, **values: object) -> str:
    """Return words that a template hands on; they are escaped where they are put out."""
    if any(hasattr(one, "__html__") for one in values.values()):
        return html(message, **values)
    return text(message, **values)


def looked_up(value: object) -> object:
    """Return Caddy's own words in the language of the answer; anything else as it is.

    A StrEnum or Markup is never one: neither is what somebody reads as it stands.
    """
    if isinstance(value, Sentence):
        return text(value.message, **{name: _of(one) for name, one in value.values.items()})
    return gettext(value) if type(value) is str else value


def _of(value: object) -> object:
    """Return a value of a sentence: another sentence is looked up, a name never."""
    return looked_up(value) if isinstance(value, Sentence) else value


def said(words: str) -> str:
    """Return a sentence or label of Caddy's own in the language of the answer, as plain text."""
    return str(looked_up(words))


def every(values: Iterable[object]) -> list[object]:
    return [looked_up(one) for one in values]
