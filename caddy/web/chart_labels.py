"""Where the name of each line of a chart stands: beside its line, clear of the others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

Spot = tuple[float, float]

LETTER = 6.8  # the mean width and the height of a label's letters, in the chart's own units
HEIGHT = 13.0
GAP = 5.0
GRAIN = 3.0  # how densely lines are sampled to see what a label would cover
PLACES = tuple(number / 24 for number in range(25))


@dataclass(frozen=True, slots=True)
class Label:
    """A word and the middle of its baseline."""

    name: str
    text: str
    x: float
    y: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        half = len(self.text) * LETTER / 2
        return self.x - half, self.y - HEIGHT, self.x + half, self.y + GAP - 1


def place_labels(
    lines: Sequence[tuple[str, str, Sequence[Spot]]],
    obstacles: Sequence[Sequence[Spot]],
    width: float,
    height: float,
) -> list[Label]:
    """Return a label for each (name, text, points): the spot that covers least wins.

    `obstacles` are further lines without a label; width and height are the plot's.
    """
    covered = [spot for _, _, points in lines for spot in _dense(points)]
    covered += [spot for points in obstacles for spot in _dense(points)]
    covered.sort()  # so that a label looks at those between its sides only
    placed: list[Label] = []
    for name, text, points in lines:
        candidates = [
            (_cost(label, covered, placed, width, height), number, label)
            for number, label in enumerate(_candidates(name, text, points))
        ]
        if candidates:
            placed.append(min(candidates, key=lambda one: one[:2])[2])
    return placed


def _candidates(name: str, text: str, points: Sequence[Spot]) -> Iterator[Label]:
    spots = list(_dense(points))
    for place in PLACES:
        if spots:
            x, y = spots[round(place * (len(spots) - 1))]
            half = len(text) * LETTER / 2
            for shift in (0.0, half + GAP, -half - GAP):
                yield Label(name, text, x + shift, y - GAP)
                yield Label(name, text, x + shift, y + HEIGHT)


def _cost(
    label: Label, covered: Sequence[Spot], placed: Sequence[Label], width: float, height: float
) -> int:
    left, top, right, bottom = label.box
    if left < 0 or top < 0 or right > width or bottom > height:
        return 10_000
    meets = sum(
        left < other.box[2]
        and other.box[0] < right
        and top < other.box[3]
        and other.box[1] < bottom
        for other in placed
    )
    first, last = bisect_right(covered, (left, inf)), bisect_left(covered, (right, -inf))
    return 1_000 * meets + sum(top < y < bottom for _, y in covered[first:last])


def _dense(points: Sequence[Spot]) -> Iterator[Spot]:
    """Yield spots all along a line."""
    yield from points[:1]
    for (x, y), (next_x, next_y) in pairwise(points):
        steps = int(max(abs(next_x - x), abs(next_y - y)) / GRAIN) + 1
        for step in range(1, steps + 1):
            yield x + (next_x - x) * step / steps, y + (next_y - y) * step / steps
