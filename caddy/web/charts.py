"""Charts as inline SVG: the only user of pygal, which computes the geometry.

Of what it draws only shapes and words are kept, under classes of components/chart.css: the
Content-Security-Policy allows no style or script inside the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup
from pygal.style import Style

from caddy.domain.burn_down import BurnDown, Point
from caddy.domain.sentences import words
from caddy.domain.words import say_on_axis
from caddy.translation.shown import said
from caddy.web.chart_labels import Spot, place_labels

# pygal leaves a finder for plugins of long ago behind, of which Python warns at every import.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]

WIDTH, HEIGHT = 360, 250
SPARK_WIDTH, SPARK_HEIGHT = 120, 32
LETTERS = 12  # the size of the labels, in the chart's own units
GUIDES = 4  # between zero and the top of the money axis, at the most
SPANS = 4  # between the labels of the date axis
THOUSAND = 1_000_00  # cents

# The lines, the last drawn on top: class, and the word beside it and in the legend.
LINES = {
    "today": words("Today"),
    "allocated": words("Allocated"),
    "ideal": words("Even pace"),
    "projection": words("At this rate"),
    "actual": words("Remaining"),
}
_CLASSES = {
    "plot": "chart__plot",
    "axis x": "chart__axis chart__axis--x",
    "axis y always_show": "chart__axis chart__axis--y",
    "guide line": "chart__guide",
    "major guide line": "chart__guide",
    "line": "chart__guide chart__guide--zero",
    "major line": "chart__guide chart__guide--zero",
    "line reactive nofill": "chart__line",
}
_KEPT = {"g", "path", "text"}
_SHAPE = {"d", "x", "y", "transform"}
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_SPOT = re.compile(r"(-?[\d.]+)[ ,](-?[\d.]+)")


def burn_down_svg(series: BurnDown, title: str, chart_id: str = "burn-down") -> Markup:
    """Return the chart of a budget for `components/chart.html`, which is given the same id.

    Four lines, told apart by their dashes and by a word beside each, and a mark at today.
    """
    low, high, step = _money_axis(series)
    chart = _chart(
        WIDTH,
        HEIGHT,
        margin=4,
        margin_top=22,
        margin_right=8,
        range=(low, high),
        xrange=(0, (series.ends_on - series.starts_on).days),
        y_labels=[
            {"value": cents, "label": money_label(cents)} for cents in range(low, high + 1, step)
        ],
        x_labels=[
            {"value": (day - series.starts_on).days, "label": text}
            for day, text in _date_axis(series)
        ],
    )
    lines = _lines(series, low, high)
    for name, points in lines.items():
        chart.add(name, points)
    svg = _rebuilt(chart, list(lines), WIDTH, HEIGHT)
    _label_lines(svg)
    return finished(svg, title, chart_id)


def sparkline_svg(values: Sequence[int], title: str) -> Markup:
    """Return a small line of numbers, oldest first, to stand beside the number it leads to."""
    chart = _chart(
        SPARK_WIDTH,
        SPARK_HEIGHT,
        margin=2,
        spacing=0,
        show_x_labels=False,
        show_y_labels=False,
        show_y_guides=False,
        range=(min(values, default=0), max(values, default=0) + 1),
    )
    places = [*values, *values] if len(values) == 1 else values
    chart.add("value", list(enumerate(places)))
    svg = _rebuilt(chart, ["spark"], SPARK_WIDTH, SPARK_HEIGHT)
    for plot in svg.iter("g"):
        for axis in [one for one in plot if "chart__axis" in one.get("class", "")]:
            plot.remove(axis)
    svg.set("class", "chart chart--spark")
    return finished(svg, title, None)


def _chart(width: int, height: int, **options: Any) -> Any:
    style = Style(label_font_size=LETTERS, major_label_font_size=LETTERS)
    return pygal.XY(
        width=width,
        height=height,
        style=style,
        show_legend=False,
        js=[],
        css=[],
        show_dots=False,
        **options,
    )


def _lines(series: BurnDown, low: int, high: int) -> dict[str, list[tuple[int, int]]]:
    """Return every line that has points as days from the start and cents."""

    def plain(points: Sequence[Point]) -> list[tuple[int, int]]:
        return [((point.on - series.starts_on).days, point.cents) for point in points]

    if series.starts_on == series.ends_on:
        return _lines_of_a_day(series, low, high)
    steps: list[tuple[int, int]] = []
    for day, cents in plain(series.allocated):
        steps += [(day, steps[-1][1]), (day, cents)] if steps else [(day, cents)]
    steps = list(dict.fromkeys(steps))
    today = (series.today - series.starts_on).days
    is_now = series.starts_on <= series.today <= series.ends_on
    found = {
        "today": [(today, low), (today, high)] if is_now else [],
        "allocated": steps,
        "ideal": plain(series.ideal),
        "projection": plain(series.projection),
        "actual": plain(series.actual),
    }
    return {name: points for name, points in found.items() if len(points) > 1}


def _lines_of_a_day(series: BurnDown, low: int, high: int) -> dict[str, list[tuple[int, int]]]:
    """Return the lines of a period of one day, drawn from its morning to its evening."""
    whole = series.allocated[0].cents
    found = {"allocated": [(0, whole), (1, whole)], "ideal": [(0, whole), (1, 0)]}
    if series.today == series.starts_on:
        found = {"today": [(1, low), (1, high)], **found}
    if series.actual:
        found["actual"] = [(0, whole), (1, series.actual[0].cents)]
    return found


def _money_axis(series: BurnDown) -> tuple[int, int, int]:
    """Return the lowest and highest value of the axis, and the step between its guides."""
    lines = (series.allocated, series.ideal, series.actual, series.projection)
    cents = [point.cents for line in lines for point in line]
    top, bottom = max(100, *cents), min(0, *cents)
    step = round_step((top - bottom) // GUIDES)
    return bottom // step * step, -(-top // step) * step, step


def round_step(least: int) -> int:
    """Return the first of 1, 2, 5, 10, 20, 50 ... dollars that is at least as much."""
    dollar = 100
    while True:
        for factor in (1, 2, 5):
            if dollar * factor >= least:
                return dollar * factor
        dollar *= 10


def money_label(cents: int) -> str:
    """Return an axis label: $500, $10k, -$2k, $1.5m."""
    sign, whole = "-" if cents < 0 else "", abs(cents)
    if whole >= 1_000 * THOUSAND:
        text = f"{whole / (1_000 * THOUSAND):g}m"
    elif whole >= THOUSAND:
        text = f"{whole / THOUSAND:g}k"
    else:
        text = f"{whole // 100}"
    return f"{sign}${text}"


def _date_axis(series: BurnDown) -> list[tuple[date, str]]:
    """Return about five dates: the two ends, and firsts of a month or even days between."""
    length = (series.ends_on - series.starts_on).days
    step = max(1, length // SPANS)
    days = [series.starts_on]
    for number in range(1, SPANS):
        day = series.starts_on + timedelta(days=round(length * number / SPANS))
        if length > SPANS * 20:
            day = (day + timedelta(days=15)).replace(day=1)
        if (day - days[-1]).days * 10 >= step * 7 and (series.ends_on - day).days * 10 >= step * 7:
            days.append(day)
    if length:
        days.append(series.ends_on)
    return [(day, say_on_axis(day, length)) for day in days]


def _rebuilt(chart: Any, names: Sequence[str], width: int, height: int) -> ET.Element:
    """Return a new tree with only the shapes and words of the plot, under our own classes."""
    svg = ET.Element("svg", {"class": "chart", "viewBox": f"0 0 {width} {height}"})
    for plot in chart.render_tree().iter("g"):
        if plot.get("class") == "plot":
            svg.append(_copied(plot, names))
    return svg


def _copied(node: Any, names: Sequence[str]) -> ET.Element:
    copy = ET.Element(node.tag, {key: value for key, value in node.items() if key in _SHAPE})
    known = _class_of(node.get("class") or "", names)
    if known:
        copy.set("class", known)
    copy.text = node.text if node.tag == "text" else None
    copy.extend(_copied(child, names) for child in node if child.tag in _KEPT)
    return copy


def _class_of(theirs: str, names: Sequence[str]) -> str | None:
    found = re.search(r"serie-(\d+)", theirs)
    if found:
        return f"chart__series chart__series--{names[int(found[1])]}"
    return _CLASSES.get(theirs)


def _label_lines(svg: ET.Element) -> None:
    """Set a word beside each line, and `Today` on top of its mark."""
    plot = svg[0]
    spots = {
        str(group.get("class")).rpartition("--")[2]: _spots(group[0])
        for group in plot
        if "chart__series" in group.get("class", "") and len(group)
    }
    today = spots.pop("today", [])
    wide = max(x for points in spots.values() for x, _ in points)
    tall = max(y for _, y in spots["ideal"])
    named = [(name, said(LINES[name]), points) for name, points in spots.items()]
    labels = place_labels(named, [today], wide, tall)
    written = [(label.name, label.text, label.x, label.y) for label in labels]
    if today:
        today_said = said(LINES["today"])
        half = len(today_said) * LETTERS / 4
        top = min(y for _, y in today)
        written.append(("today", today_said, min(max(today[0][0], half), wide - half), top - 6))
    for name, text, x, y in written:
        shape = {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": f"chart__name chart__name--{name}"}
        ET.SubElement(plot, "text", shape).text = text


def _spots(path: ET.Element) -> list[Spot]:
    return [(float(x), float(y)) for x, y in _SPOT.findall(path.get("d", ""))]


def finished(svg: ET.Element, title: str, chart_id: str | None) -> Markup:
    """Return the text of a chart that says its name, and where its numbers are."""
    svg.set("role", "img")
    svg.set("focusable", "false")
    name = ET.Element("title")
    name.text = _UNWRITABLE.sub("", said(title))
    svg.insert(0, name)
    if chart_id:
        name.set("id", f"{chart_id}-title")
        svg.set("aria-labelledby", f"{chart_id}-title")
        svg.set("aria-describedby", f"{chart_id}-table")
    # Only names and numbers of our own, and a title that the serializer escapes.
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704
