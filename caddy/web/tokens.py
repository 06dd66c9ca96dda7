"""The tokens of css/tokens.css, read back: names, sizes, and how well colours are told apart.

The stylesheet is the one source; the styleguide shows what is read here, and tests hold it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "static" / "css" / "tokens.css"
NORMAL, MORE = ":root {", ':root[data-contrast="more"] {'
AAA_TEXT, AA_EDGE = 7.0, 3.0  # WCAG 2.2, 1.4.6 and 1.4.11
PIXELS_PER_REM = 16

_OKLCH = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
_COLOUR = re.compile(rf"--([\w-]+): light-dark\({_OKLCH}, {_OKLCH}\);")
_ALIAS = re.compile(r"--([\w-]+): var\(--([\w-]+)\);")
_SIZE = re.compile(r"--((?:space|radius|text|target)[\w-]*): ([\d.]+)rem;")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour by how bright each of its parts shines, 0 to 1, in linear sRGB."""

    red: float
    green: float
    blue: float

    @property
    def luminance(self) -> float:
        return 0.2126 * self.red + 0.7152 * self.green + 0.0722 * self.blue


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on what: two names of tokens, and what for."""

    ink: str
    ground: str
    used_for: str


# What is read as text, which must reach 7 to 1 in every theme.
TEXT = (
    Pair("ink", "paper", "Text on the page"),
    Pair("ink", "surface", "Text on a card"),
    Pair("ink", "sunken", "Text in a well"),
    Pair("ink-soft", "paper", "Notes and hints on the page"),
    Pair("ink-soft", "surface", "Notes and hints on a card"),
    Pair("ink-soft", "sunken", "Notes in a well"),
    Pair("accent", "paper", "Links on the page"),
    Pair("accent", "surface", "Links on a card"),
    Pair("accent-strong", "accent-soft", "What was just said, where one is"),
    Pair("on-accent", "accent", "The button that matters most"),
    Pair("green-ink", "green-soft", "On track"),
    Pair("amber-ink", "amber-soft", "To watch"),
    Pair("red-ink", "red-soft", "At risk, wrong"),
    Pair("red-ink", "surface", "An error beside its field"),
)
# What must be seen to be used: 3 to 1.
EDGES = (
    Pair("edge", "paper", "The edge of a field on the page"),
    Pair("edge", "surface", "The edge of a field on a card"),
    Pair("accent", "paper", "The mark of the keyboard"),
)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast(Colour(1, 1, 1), Colour(0, 0, 0)), 1)
    21.0
    """
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def from_oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """Return a colour written as oklch; what no screen can show is cut off.

    >>> from_oklch(1, 0, 0)
    Colour(red=1.0, green=1.0, blue=1.0)
    """
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return Colour(*(min(1.0, max(0.0, round(part, 6))) for part in parts))


def colours(block: str = NORMAL) -> dict[str, tuple[Colour, Colour]]:
    """Return each colour in light and in dark; with MORE as it is where more contrast is wanted."""
    found = {} if block == NORMAL else dict(colours())
    text = _block(block)
    for name, *parts in _COLOUR.findall(text):
        numbers = [float(part) for part in parts]
        found[name] = (from_oklch(*numbers[:3]), from_oklch(*numbers[3:]))
    for name, same_as in _ALIAS.findall(text):
        if same_as in found:
            found[name] = found[same_as]
    return found


def sizes() -> dict[str, float]:
    """Return the sizes by name, in pixels where the browser's letters are 16."""
    return {name: float(size) * PIXELS_PER_REM for name, size in _SIZE.findall(_block(NORMAL))}


def ratios(pair: Pair, block: str = NORMAL) -> tuple[float, float]:
    """Return the contrast of a pair in light and in dark."""
    found = colours(block)
    light, dark = zip(found[pair.ink], found[pair.ground], strict=True)
    return contrast(*light), contrast(*dark)


def _block(opening: str) -> str:
    return _source().partition(opening)[2].partition("}")[0]


@lru_cache(maxsize=1)
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")
