"""What a measurement says, and how it is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A figure beside its reference. `ratio` is value ÷ reference where that means anything."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    target: str
    is_met: bool


def show(results: Sequence[Result], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(one) for one in results], indent=2))
        return
    print(f"{'name':38}{'value':>12} {'unit':10}{'reference':>12}{'ratio':>9}  {'target':22}met")
    for one in results:
        reference = "" if one.reference is None else f"{one.reference:,.1f}"
        ratio = "" if one.ratio is None else f"{one.ratio:.1%}"
        met = "yes" if one.is_met else "NO"
        print(
            f"{one.name:38}{one.value:>12,.1f} {one.unit:10}{reference:>12}{ratio:>9}  "
            f"{one.target:22}{met}"
        )
