"""Bars by week as inline SVG, told apart by their order and pattern as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from caddy.domain.sentences import words
from caddy.domain.words import say_day
from caddy.queries.finance import Week
from caddy.web.charts import GUIDES, finished, money_label, round_step

WIDTH, HEIGHT = 360, 230
LEFT, RIGHT, TOP, BOTTOM = 40, 4, 8, 22
GAP = 0.28  # of a week, between the bars of two weeks
LABEL_EVERY = 3  # weeks
LEAST_TOP = 100_00  # cents: where nothing happened yet the axis still has an end

# In the order of the money's way; class and word in the legend and the table.
SERIES = {
    "to_claim": words("To claim"),
    "claimed": words("Claimed"),
    "paid": words("Paid"),
    "rejected": words("Rejected"),
}


def weeks_svg(weeks: Sequence[Week], title: str, chart_id: str = "weeks") -> Markup:
    """Return four bars for each week, for a figure that has the table `{chart_id}-table`."""
    most = max([LEAST_TOP, *(getattr(week, name) for week in weeks for name in SERIES)])
    step = round_step(most // GUIDES)
    top = -(-most // step) * step
    svg = ET.Element("svg", {"class": "chart", "viewBox": f"0 0 {WIDTH} {HEIGHT}"})
    _money_axis(svg, top, step)
    _bars(svg, weeks, top)
    _week_axis(svg, weeks)
    return finished(svg, title, chart_id)


def _y(cents: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - cents / top)


def _width(weeks: Sequence[Week]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(weeks))


def _money_axis(svg: ET.Element, top: int, step: int) -> None:
    axis = ET.SubElement(svg, "g", {"class": "chart__axis chart__axis--y"})
    for cents in range(0, top + 1, step):
        y = _y(cents, top)
        kind = "" if cents else " chart__guide--zero"
        line = {"class": f"chart__guide{kind}", "d": f"M{LEFT} {y:.1f} H{WIDTH - RIGHT}"}
        ET.SubElement(axis, "path", line)
        spot = {"x": str(LEFT - 5), "y": f"{y + 4:.1f}"}
        ET.SubElement(axis, "text", spot).text = money_label(cents)


def _bars(svg: ET.Element, weeks: Sequence[Week], top: int) -> None:
    wide = _width(weeks)
    bar = wide * (1 - GAP) / len(SERIES)
    for place, name in enumerate(SERIES):
        group = ET.SubElement(svg, "g", {"class": f"bars__series bars__series--{name}"})
        for number, week in enumerate(weeks):
            cents = getattr(week, name)
            if cents:
                x = LEFT + number * wide + wide * GAP / 2 + place * bar
                y = _y(cents, top)
                shape = f"M{x:.1f} {y:.1f} h{bar - 0.8:.1f} V{_y(0, top):.1f} H{x:.1f} Z"
                ET.SubElement(group, "path", {"d": shape})


def _week_axis(svg: ET.Element, weeks: Sequence[Week]) -> None:
    axis = ET.SubElement(svg, "g", {"class": "chart__axis chart__axis--x"})
    wide = _width(weeks)
    for number in range(len(weeks) - 1, -1, -LABEL_EVERY):
        # The last label ends with its week, so that it stays inside the picture.
        x = min(LEFT + (number + 0.5) * wide, WIDTH - 20)
        spot = {"x": f"{x:.1f}", "y": str(HEIGHT - 6)}
        ET.SubElement(axis, "text", spot).text = say_day(weeks[number].starts_on)
