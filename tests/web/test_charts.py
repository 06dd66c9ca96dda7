"""Charts as inline SVG: valid, named, without style or script, every line told apart."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caddy.domain.burn_down import BurnDown, Change, burn_down
from caddy.web import charts
from caddy.web.charts import LINES, burn_down_svg, sparkline_svg

STARTS = date(2026, 7, 1)
CSS = Path(charts.__file__).parents[1] / "static" / "css" / "components" / "chart.css"
ELEMENTS = {"svg", "title", "g", "path", "text"}
ATTRIBUTES = {
    "aria-describedby",
    "aria-labelledby",
    "class",
    "d",
    "focusable",
    "id",
    "role",
    "transform",
    "viewBox",
    "x",
    "y",
}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PATH = re.compile(r"[MLhv ,]|-?\d+(\.\d+)?")


def series(changes=((0, 10_000_00),), spent=((0, 2_000_00),), *, length=364, today=100) -> BurnDown:
    def day(number: int) -> date:
        return STARTS + timedelta(days=number)

    return burn_down(
        [Change(day(on), cents) for on, cents in changes],
        {day(on): cents for on, cents in spent},
        {},
        starts_on=STARTS,
        ends_on=day(length),
        today=day(today),
    )


@st.composite
def any_series(draw):
    length = draw(st.one_of(st.just(0), st.integers(0, 1200)))
    on = st.integers(0, length)
    changes = st.tuples(on, st.integers(-(10**9), 10**11))
    spent = st.tuples(on, st.integers(0, 10**9))
    return series(
        draw(st.lists(changes, max_size=4)),
        draw(st.lists(spent, max_size=4)),
        length=length,
        today=draw(st.integers(-5, length + 5)),
    )


def read(svg: str) -> ET.Element:
    """Return a chart that is well-formed and holds nothing but what is on the two lists."""
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    for node in root.iter():
        assert node.tag in ELEMENTS
        assert set(node.keys()) <= ATTRIBUTES
        for name in {"x", "y"} & set(node.keys()):
            assert NUMBER.fullmatch(node.get(name)), node.attrib
        assert not PATH.sub("", node.get("d", "")), node.attrib
    return root


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [node for node in root.iter() if name in node.get("class", "").split()]


def drawn(root: ET.Element) -> list[str]:
    groups = of_class(root, "chart__series")
    return [group.get("class").rpartition("--")[2] for group in groups]


@settings(deadline=None, max_examples=40)
@given(any_series())
def test_every_budget_is_drawn_without_style_script_or_references(shown):
    text = str(burn_down_svg(shown, "Burn-down"))
    root = read(text)
    assert not re.search(r"style|script|href|url\(|https?:|<!|<\?|\bon\w+=", text, re.IGNORECASE)
    assert root.get("viewBox") == "0 0 360 250"
    for path in of_class(root, "chart__line"):
        assert path.get("d")


@settings(deadline=None, max_examples=40)
@given(any_series())
def test_every_line_has_its_class_and_the_one_word_that_belongs_to_it(shown):
    root = read(burn_down_svg(shown, "Burn-down"))
    lines = drawn(root)
    assert lines == [name for name in LINES if name in lines]  # once each, the last on top
    assert {"allocated", "ideal"} <= set(lines)
    words = {
        node.get("class").rpartition("--")[2]: node.text for node in of_class(root, "chart__name")
    }
    assert words == {name: LINES[name] for name in lines}
    for group in of_class(root, "chart__series"):
        assert [(one.tag, one.get("class")) for one in group] == [("path", "chart__line")]


@settings(deadline=None, max_examples=40)
@given(any_series())
def test_nothing_is_drawn_outside_the_box(shown):
    root = read(burn_down_svg(shown, "Burn-down"))
    plot = root.find("g")
    left, top = map(float, re.findall(r"[\d.]+", plot.get("transform")))
    for path in of_class(root, "chart__line"):
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")):
            assert 0 <= left + float(x) <= 360
            assert 0 <= top + float(y) <= 250
    for text in of_class(root, "chart__name"):
        half = len(text.text) * 3  # narrow letters: half of the word, at the least
        assert left + float(text.get("x")) - half >= 0
        assert left + float(text.get("x")) + half <= 360
        assert 0 <= top + float(text.get("y")) <= 250


@pytest.mark.parametrize(
    ("today", "lines"),
    [
        (-1, ["allocated", "ideal"]),
        (0, ["today", "allocated", "ideal", "projection"]),  # one day is no line yet
        (100, ["today", "allocated", "ideal", "projection", "actual"]),
        (364, ["today", "allocated", "ideal", "actual"]),
        (365, ["allocated", "ideal", "actual"]),
    ],
)
def test_a_line_is_drawn_once_there_is_something_to_join(today, lines):
    assert drawn(read(burn_down_svg(series(today=today), "Burn-down"))) == lines


def test_an_overspent_budget_goes_below_zero_and_promises_nothing():
    shown = series(spent=((10, 12_000_00),))
    root = read(burn_down_svg(shown, "Burn-down"))
    assert "projection" not in drawn(root)
    labels = [node.text for node in of_class(root, "chart__axis--y")[0].iter("text")]
    assert labels[0].startswith("-$")
    assert "$0" in labels


def test_every_line_is_told_apart_by_the_stylesheet_without_its_colour():
    css = CSS.read_text()
    looks = set()
    for name in LINES:
        rule = re.search(rf"\.chart__series--{name}\b[^{{]*{{([^}}]*)}}", css)[1]
        looks.add(tuple(sorted(re.findall(r"--chart-(?:dash|width): [^;]+", rule))))
    assert len(looks) == len(LINES)


def test_every_class_of_a_chart_is_in_the_stylesheet():
    root = read(burn_down_svg(series(), "Burn-down"))
    used = {name for node in root.iter() for name in node.get("class", "").split()}
    styled = set(re.findall(r"\.([a-z_-]+)", CSS.read_text()))
    hooks = {
        "chart__plot",
        "chart__axis",
        "chart__series",
    }  # named for tests, styled by their parts
    assert used - styled <= hooks


def test_a_chart_says_its_name_and_where_its_numbers_are():
    root = read(burn_down_svg(series(), "Burn-down of Core", "chart-7"))
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text, root[0].get("id")) == (
        "title",
        "Burn-down of Core",
        "chart-7-title",
    )
    assert root.get("aria-labelledby") == "chart-7-title"
    assert root.get("aria-describedby") == "chart-7-table"


SHOWN = series()


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=40))
@example("</title><script>alert(1)</script>")
@example('" onload="x')
@example("a\x00b\x0b\x1b\ufffe\ud800 & <b>")
def test_any_title_makes_valid_xml(title):
    for svg in (burn_down_svg(SHOWN, title), sparkline_svg([1, 2], title)):
        root = read(svg)
        kept = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", title)
        # A reader of XML makes every line end one, section 2.11.
        assert (root[0].text or "") == kept.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("top", "labels"),
    [
        (0, ["$0", "$1"]),
        (100, ["$0", "$1"]),
        (400_00, ["$0", "$100", "$200", "$300", "$400"]),
        (10_000_00, ["$0", "$5k", "$10k"]),
        (6_000_00, ["$0", "$2k", "$4k", "$6k"]),
        (1_500_000_00, ["$0", "$500k", "$1m", "$1.5m"]),
    ],
)
def test_the_money_axis_has_round_steps_and_holds_the_top(top, labels):
    root = read(burn_down_svg(series(((0, top),), ()), "Burn-down"))
    assert [node.text for node in of_class(root, "chart__axis--y")[0].iter("text")] == labels


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (364, ["1 Jul", "1 Oct", "1 Jan", "1 Apr", "30 Jun"]),
        (729, ["Jul 2026", "Jan 2027", "Jul 2027", "Jan 2028", "Jun 2028"]),
        (28, ["1 Jul", "8 Jul", "15 Jul", "22 Jul", "29 Jul"]),
        (1, ["1 Jul", "2 Jul"]),
    ],
)
def test_the_date_axis_begins_and_ends_with_the_period(length, labels):
    root = read(burn_down_svg(series(length=length), "Burn-down"))
    assert [node.text for node in of_class(root, "chart__axis--x")[0].iter("text")] == labels


@settings(deadline=None)
@given(st.lists(st.integers(-(10**9), 10**9), max_size=60))
@example([])
@example([5])
@example([0, 0])
def test_a_spark_is_one_line_and_nothing_else(values):
    root = read(sparkline_svg(values, "Spending by month"))
    assert root.get("viewBox") == "0 0 120 32"
    assert (root.get("role"), root.get("class")) == ("img", "chart chart--spark")
    assert root[0].text == "Spending by month"
    assert not list(root.iter("text"))
    lines = of_class(root, "chart__line")
    assert len(lines) == (1 if values else 0)
    for line in lines:
        points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", line.get("d"))
        assert len(points) == max(2, len(values))
        assert all(0 <= float(x) <= 120 and 0 <= float(y) <= 32 for x, y in points)
