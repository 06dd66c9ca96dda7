"""Which tests share a process, and which take the databases by turns.

One process has the one server and the one browser. pytest-xdist groups by a suffix that it writes
to a test's id, which pytest 9.2 no longer takes.

What a page or a paper says is asked on one database each, for what they stand on is asked on both:
every rule, action, query and job, and every route with every role. So it is where `bin/test` runs
all of them; where some are named they run on both: docs/decisions/0048-databases-by-turns.md.
"""

from __future__ import annotations

import os
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


def of_this_turn(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests to run, and those that are left to the other database."""
    if os.environ.get("CADDY_TEST_DATABASES") != "turns":
        return items, []
    kept, left = [], []
    for one in items:
        (left if _is_left(one) else kept).append(one)
    return kept, left


def _is_left(item: pytest.Item) -> bool:
    if not item.nodeid.startswith(BY_TURNS) or item.nodeid.startswith(BUT_BOTH):
        return False
    kind = getattr(item, "callspec", None) and item.callspec.params.get("app")
    if kind not in DATABASES:
        return False
    # The same turn at every run: what fails, fails again.
    name = item.nodeid.replace(kind, "")
    return kind != DATABASES[crc32(name.encode()) % 2]
