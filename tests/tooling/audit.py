"""Asks for known weaknesses of every locked package: `python -m tests.tooling.audit`.

Fails where one is known. Where the advisory service cannot be asked, says so and fails nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 90
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements-dev.lock"),
    *("--requirement", "requirements-uv.lock"),
    *("--disable-pip", "--format", "json", "--progress-spinner", "off"),
)


def report() -> dict[str, Any] | None:
    """Return what the advisory service says, or None where it could not be asked."""
    try:
        done = subprocess.run(
            COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return None
    return found if isinstance(found, dict) else None


def verdict(found: dict[str, Any] | None) -> tuple[int, str]:
    """Return the exit code and the sentence for what was found."""
    packages = (found or {}).get("dependencies", [])
    asked = [one for one in packages if "vulns" in one]
    if not asked:
        return 0, (
            "The advisory service could not be asked: known weaknesses of packages were NOT "
            "looked for. Run bin/check again where it can be reached."
        )
    weak = [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness.get('fix_versions') or ['no version yet'])}"
        for one in asked
        for weakness in one["vulns"]
    ]
    if weak:
        return 1, "Known weaknesses of packages:\n" + "\n".join(weak)
    left = len(packages) - len(asked)
    rest = f"; {left} could not be asked for" if left else ""
    return 0, f"No known weakness in {len(asked)} packages{rest}."


if __name__ == "__main__":
    code, sentence = verdict(report())
    print(sentence)  # noqa: T201 - it is a command
    sys.exit(code)
