"""Bars by week: as high as their money, named, styled by classes alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from caddy.queries.finance import Week
from caddy.web import bar_charts
from caddy.web.bar_charts import HEIGHT, SERIES, WIDTH, weeks_svg

MONDAY = date(2026, 8, 31)
CSS = Path(bar_charts.__file__).parents[1] / "static" / "css" / "components"


def weeks(*some):
    return [
        Week(MONDAY + timedelta(days=7 * place), *(cents if isinstance(cents, tuple) else (cents,)))
        for place, cents in enumerate(some)
    ]


def bars(svg, name):
    found = re.search(rf'<g class="bars__series bars__series--{name}">(.*?)</g>', str(svg))
    shapes = re.findall(r'd="M([\d.]+) ([\d.]+) h([\d.]+) V([\d.]+)', found[1] if found else "")
    return [tuple(map(float, shape)) for shape in shapes]


def test_a_bar_is_as_high_as_its_money_and_nothing_draws_nothing():
    svg = weeks_svg(weeks(100_00, 0, 50_00, (0, 200_00, 100_00, 25_00)), "Money")
    one, half = bars(svg, "to_claim")
    assert (one[3] - one[1]) == pytest.approx(2 * (half[3] - half[1]), abs=0.2)
    last = {name: bars(svg, name)[-1] for name in SERIES if name != "to_claim"}
    assert last["claimed"][0] < last["paid"][0] < last["rejected"][0]
    assert (last["claimed"][3] - last["claimed"][1]) == pytest.approx(
        8 * (last["rejected"][3] - last["rejected"][1]), abs=0.8
    )


@pytest.mark.parametrize("most", [0, 1, 99_99, 1_234_56, 10_000_000_00])
def test_everything_stays_inside_the_picture_whatever_the_money(most):
    svg = weeks_svg(weeks(*[(most, most, most, most)] * 12), 'A "title" & more')
    assert 'A "title" &amp; more</title>' in str(svg)
    for name in SERIES:
        for x, y, wide, floor in bars(svg, name):
            assert 0 <= x < x + wide <= WIDTH
            assert 0 <= y <= floor <= HEIGHT
    labels = [float(x) for x in re.findall(r'<text x="([\d.]+)"', str(svg))]
    assert labels
    assert all(0 <= x <= WIDTH for x in labels)


def test_every_class_has_its_style_and_none_is_inline():
    svg = str(weeks_svg(weeks((1_00, 1_00, 1_00, 1_00)), "x"))
    styles = (CSS / "bars.css").read_text() + (CSS / "chart.css").read_text()
    for name in {word for some in re.findall(r'class="([^"]+)"', svg) for word in some.split()}:
        assert f".{name}" in styles or name in {"bars__series", "chart__axis"}, name
    assert "style=" not in svg
    assert 'aria-describedby="weeks-table"' in svg
