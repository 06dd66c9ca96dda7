"""Which tests share a process: those that need the one server and the one browser.

pytest-xdist groups by a suffix that it writes to a test's id, which pytest 9.2 no longer takes.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/browser/"


class Sharing(LoadScopeScheduling):
    """One process takes the browser's tests, first; all others are handed out one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith(TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    return Sharing(config, log)
