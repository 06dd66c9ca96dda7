"""What the tests of pages share: what is said in the log while they run."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.web.logged import Lines


@pytest.fixture
def told() -> Iterator[list[str]]:
    """Return the list to which every line of the log is added while the test runs."""
    root, lines = logging.getLogger(), Lines()
    before = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    yield lines.said
    root.removeHandler(lines)
    root.setLevel(before)
