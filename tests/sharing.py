"""Which tests share a process, and which take the databases by turns.

One process has the one server and the one browser. pytest-xdist groups by a suffix that it writes
to a test's id, which pytest 9.2 no longer takes.

What a page or a paper says is asked on one database today and on the other tomorrow, for what they
stand on is asked on both: every rule, action, query and job, and every route. So it is where
`bin/test` runs all of them; where some are named they run on both, as
docs/decisions/0049-databases-by-turns.md tells.
"""

from __future__ import annotations

import os
import re
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/browser/"
DATABASES = ("sqlite", "postgresql")
BY_TURNS = (
    "tests/web/",
    *(f"tests/jobs/test_{name}" for name in ("paper", "reports", "records.py", "evidence.py")),
)
# Every route of them all; and what depends on two who write at once.
BUT_BOTH = tuple(f"tests/web/test_{name}.py" for name in ("routes", "conflicts", "offline"))


class Sharing(LoadScopeScheduling):
    """One process takes the browser's tests, first; all others are handed out one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith(TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    return Sharing(config, log)


def turn() -> int | None:
    """Return whose turn it is where all tests run, 0 or 1; None where nothing is left out."""
    named = os.environ.get("CADDY_TEST_TURN", "both")
    return int(named) if named in {"0", "1"} else None


def of_this_turn(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests to run, and those that are left to the other database."""
    now = turn()
    if now is None:
        return items, []
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for one in items:
        (left if _is_left(one, now) else kept).append(one)
    return kept, left


def _is_left(item: pytest.Item, now: int) -> bool:
    if not item.nodeid.startswith(BY_TURNS) or item.nodeid.startswith(BUT_BOTH):
        return False
    if item.get_closest_marker("both_databases"):  # how many queries a page asks, say
        return False
    kind = getattr(item, "callspec", None) and item.callspec.params.get("app")
    if kind not in DATABASES or not _runs_on_both(item):
        return False
    name = item.nodeid.replace(kind, "")
    return kind != DATABASES[(crc32(name.encode()) + now) % 2]


def _runs_on_both(item: pytest.Item) -> bool:
    """Say whether a test takes both databases: those that name one of them keep it."""
    marks = item.iter_markers("parametrize")
    return not any("app" in re.split(r"[ ,]+", _names(mark)) for mark in marks)


def _names(mark: pytest.Mark) -> str:
    names = mark.args[0]
    return names if isinstance(names, str) else ",".join(names)
