"""Every example in a docstring runs: what a reader copies from one is true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_in_all_docstrings_hold():
    run, wrong = 0, {}
    for path in sorted((ROOT / "caddy").rglob("*.py")):
        if ">>> " not in path.read_text():
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        said: list[str] = []
        finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
        for examples in finder.find(import_module(name), name):
            runner.run(examples, out=said.append)
        if said or not runner.tries:
            wrong[name] = "".join(said) or "its examples stand where doctest does not look"
        run += runner.tries
    assert not wrong, "\n".join(f"{name}: {what}" for name, what in wrong.items())
    assert run > 200
