"""`bin/bench NAME [--json]`: run one measurement and print what it says."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.result import show

NAMES = {
    "list": "list_page",
    "log-service": "log_service",
    "live": "live",
    "report": "report",
    "import": "imports",
    "search": "find",
    "eye": "eye",
    "start": "start",
}


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if len(words) != 1 or words[0] not in NAMES:
        sys.exit(f"Usage: bin/bench {' | '.join(NAMES)} [--json]")
    results = import_module(f"bench.{NAMES[words[0]]}").run()
    show(results, as_json="--json" in sys.argv)
    sys.exit(0 if all(one.is_met for one in results) else 1)


main()
