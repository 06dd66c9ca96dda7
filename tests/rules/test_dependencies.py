"""What comes in with a lock file: each package is named with its reason, or nothing starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==\S+", re.MULTILINE)


def named() -> dict[str, str]:
    """Return the reason of each package by its name."""
    text = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", text, re.MULTILINE)
    names = [name for name, _ in rows]
    assert len(names) == len(set(names)), "a package is named twice"
    return dict(rows)


LOCKS = {"requirements.lock": 50, "requirements-dev.lock": 100, "requirements-uv.lock": 1}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_named_with_its_reason(lock):
    locked = {name.lower() for name in PACKAGE.findall((ROOT / lock).read_text())}
    assert len(locked) >= LOCKS[lock]
    unnamed = locked - set(named())
    assert not unnamed, f"write in docs/dependencies.md why {sorted(unnamed)} may come in"
    assert all(len(reason.strip(" |")) > 3 for reason in named().values())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_to_its_bytes(lock):
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
    for block in blocks:
        if PACKAGE.match(block):
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_a_known_weakness_fails_the_check_and_a_service_that_is_away_is_said():
    from tests.tooling.audit import verdict

    clean = {"name": "flask", "version": "3.1.3", "vulns": []}
    weak = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    left_out = {"name": "y", "skip_reason": "not found"}
    assert verdict({"dependencies": [clean]}) == (0, "No known weakness in 1 packages.")
    code, sentence = verdict({"dependencies": [clean, weak, left_out]})
    assert code == 1
    assert "x 1: CVE-1, mended in 2" in sentence
    for away in (None, {}, {"dependencies": [left_out]}):
        code, sentence = verdict(away)
        assert code == 0
        assert "NOT looked for" in sentence
