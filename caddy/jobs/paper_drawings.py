"""Drawings on paper, as inline SVG: bars of money and of counts, and the burn-down of a budget.

Each says in its title what it shows; the numbers always stand beside it in words as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from xml.etree import ElementTree as ET

from markupsafe import Markup

from caddy.domain.burn_down import BurnDown, Point
from caddy.domain.words import say_on_axis

SPENT, COMMITTED, LEFT = "#58307f", "#b08fd6", "#ece5f6"
GOOD, SOON, BAD, UNKNOWN = "#2f7a57", "#d9931a", "#b3261e", "#8b8494"
INK, SOFT, GUIDE = "#1f1a27", "#474251", "#ddd6c9"
FONT = "Atkinson Hyperlegible Next"
WIDE, BAR_HIGH = 1_000, 26
HIGH, LEFT_EDGE, BOTTOM, TOP, RIGHT_EDGE = 275, 74, 34, 26, 12
LETTERS = 17
GUIDES = 4
THOUSAND = 1_000_00  # cents

Shade = tuple[int, str]
Spot = tuple[float, float]


def bar(shades: Sequence[Shade], whole: int, title: str, mark_basis_points: int = -1) -> Markup:
    """Return a bar of shares of a whole, each an amount and its colour; a mark where time is."""
    svg = _svg(WIDE, BAR_HIGH, "bar", title)
    _rect(svg, (0, 3), (WIDE, BAR_HIGH - 6), LEFT)
    at = 0
    for amount, colour in shades:
        width = max(0, min(WIDE - at, amount * WIDE // whole if whole > 0 else 0))
        if amount > 0 and width == 0 and at < WIDE:
            width = 2  # a cent of a great sum is there too
        if width:
            _rect(svg, (at, 3), (width, BAR_HIGH - 6), colour)
        at += width
    if mark_basis_points >= 0:
        at = min(WIDE - 6, max(6, mark_basis_points * WIDE // 10_000))
        _rect(svg, (at - 6, 0), (12, BAR_HIGH), "#ffffff")
        _rect(svg, (at - 3, 0), (6, BAR_HIGH), INK)
    return _text_of(svg)


def burn_down(series: BurnDown, title: str) -> Markup:
    """Return the chart of a budget: what is left day by day, beside an even pace."""
    svg = _svg(WIDE, HIGH, "burn", title)
    low, high, step = _money_axis(series)
    length = max(1, (series.ends_on - series.starts_on).days)

    def place(point: Point) -> Spot:
        x = (
            LEFT_EDGE
            + (point.on - series.starts_on).days * (WIDE - LEFT_EDGE - RIGHT_EDGE) / length
        )
        y = HIGH - BOTTOM - (point.cents - low) * (HIGH - BOTTOM - TOP) / (high - low)
        return x, y

    for cents in range(low, high + 1, step):
        _, y = place(Point(series.starts_on, cents))
        _path(svg, [(LEFT_EDGE, y), (WIDE - RIGHT_EDGE, y)], GUIDE, 1)
        _word(svg, _money(cents), LEFT_EDGE - 10, y + LETTERS / 3, "end")
    for on in _dates(series):
        x, _ = place(Point(on, low))
        side = {series.starts_on: "start", series.ends_on: "end"}.get(on, "middle")
        _word(svg, say_on_axis(on, length), x, HIGH - 8, side)
    _lines(svg, series, place, low, high)
    return _text_of(svg)


def _lines(
    svg: ET.Element, series: BurnDown, place: Callable[[Point], Spot], low: int, high: int
) -> None:
    """Draw the lines, the last on top: told apart by their dashes, not by colour alone."""
    if series.starts_on <= series.today <= series.ends_on:
        spots = [place(Point(series.today, low)), place(Point(series.today, high))]
        _path(svg, spots, SOFT, 1.5, "3 4")
        _word(svg, "Today", min(spots[1][0], WIDE - 40), TOP - 8, "middle")
    stairs: list[Point] = []
    for point in series.allocated:
        stairs += [Point(point.on, stairs[-1].cents), point] if stairs else [point]
    _path(svg, [place(one) for one in stairs], UNKNOWN, 2)
    _path(svg, [place(one) for one in series.ideal], SOFT, 2, "10 7")
    _path(svg, [place(one) for one in series.projection], SPENT, 3, "3 6")
    _path(svg, [place(one) for one in series.actual], SPENT, 4.5)


def _money_axis(series: BurnDown) -> tuple[int, int, int]:
    """Return the lowest and highest value of the axis, and the step between its guides."""
    lines = (series.allocated, series.ideal, series.actual, series.projection)
    cents = [point.cents for line in lines for point in line]
    top, bottom = max(100, *cents), min(0, *cents)
    step, factors = 100, (2, 5, 10)
    base, place = 100, 0
    while step * GUIDES < top - bottom:
        step = base * factors[place]
        place = (place + 1) % len(factors)
        base = base * 10 if place == 0 else base
    return bottom // step * step, -(-top // step) * step, step


def _money(cents: int) -> str:
    sign, whole = "-" if cents < 0 else "", abs(cents)
    if whole >= THOUSAND:
        thousands, rest = divmod(whole // 100, 1_000)
        return f"{sign}${thousands:,}{f'.{rest:03}'.rstrip('0') if rest else ''}k"
    return f"{sign}${whole // 100}"


def _dates(series: BurnDown) -> list[date]:
    """Return the two ends, and three days between them."""
    length = (series.ends_on - series.starts_on).days
    between = [series.starts_on + timedelta(days=length * part // 4) for part in (1, 2, 3)]
    return sorted({series.starts_on, *between, series.ends_on})


def _svg(wide: int, high: int, name: str, title: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": name,
            "viewBox": f"0 0 {wide} {high}",
            "width": str(wide),
            "height": str(high),
        },
    )
    ET.SubElement(svg, "title").text = title
    return svg


def _rect(svg: ET.Element, at: Spot, size: Spot, colour: str) -> None:
    (x, y), (wide, high) = at, size
    shape = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{wide:g}", "height": f"{high:g}"}
    ET.SubElement(svg, "rect", {**shape, "fill": colour})


def _path(
    svg: ET.Element, spots: Sequence[Spot], colour: str, width: float, dashes: str = ""
) -> None:
    if len(spots) > 1:
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        shape = {"d": f"M{line}", "fill": "none", "stroke": colour, "stroke-width": f"{width:g}"}
        ET.SubElement(svg, "path", shape | ({"stroke-dasharray": dashes} if dashes else {}))


def _word(svg: ET.Element, text: str, x: float, y: float, side: str) -> None:
    shape = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": side, "fill": SOFT}
    letters = {"font-family": FONT, "font-size": str(LETTERS)}
    ET.SubElement(svg, "text", shape | letters).text = text


def _text_of(svg: ET.Element) -> Markup:
    # Only shapes and words of our own, and a title that the serializer escapes.
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704
