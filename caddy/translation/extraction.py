"""How Babel finds what Caddy says in its templates and in its Python: two of its methods.

Of Python, a sentence is for a reader: a constant that begins with a capital letter, has a space
and ends like a sentence. Labels are shorter, and are taken where they are known to be labels.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

from jinja2 import Environment

from caddy.translation.phrases import has_words
from caddy.translation.tree import Rewriting

Extracted = Iterator[tuple[int, None, str, list[str]]]
SENTENCE = re.compile(r"[A-Z“][^\n]* [^\n]*[.?!…”]")
# What is said in modules of forms and registers, which hold little else that has a capital.
LABEL = re.compile(r"(?:[A-Z“]|\d: )[^\n]*[a-z][^\n]*")
# Calls of which these arguments are labels, by place and by name.
LABELS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "Entry": ((1,), ()),
    "Cell": ((), ("label",)),
    "Column": ((0, 1), ("label",)),
    "FieldSpec": ((1,), ("label",)),
    "Section": ((0,), ()),
    "SelectChoice": ((1,), ("label",)),
    "Shelf": ((), ("title", "noun", "label")),
    "sentence": ((0,), ()),
    "words": ((0,), ()),
}
KEYWORDS = frozenset({"description", "label", "message", "nobody", "placeholder", "aria-label"})
PAIRS = "choices"  # what a select offers: pairs of a value and a label


def templates(stream: IO[bytes], _keywords: Any, _tags: Any, options: dict[str, Any]) -> Extracted:
    """Yield the messages of a template, as it is compiled to look them up."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    environment.filters = _Anything()
    environment.tests = _Anything()
    source = stream.read().decode()
    rewriting = Rewriting(options["name"])
    rewriting.template(environment.parse(source))
    for line, message in rewriting.phrases.found:
        yield line, None, message, []


class _Anything(dict[str, Any]):
    """Filters and tests need no meaning where nothing is rendered."""

    def __contains__(self, _name: object) -> bool:
        return True


def python(stream: IO[bytes], _keywords: Any, _tags: Any, options: dict[str, Any]) -> Extracted:
    """Yield the sentences and labels of a module."""
    reader = _Reader(LABEL if "labels" in options else SENTENCE)
    reader.visit(ast.parse(stream.read()))
    for line, message in sorted(reader.taken):
        yield line, None, message, []


class _Reader(ast.NodeVisitor):
    """Goes through a module once. Docstrings, and parts of what is put together, are left out."""

    def __init__(self, looks_said: re.Pattern[str]) -> None:
        self.looks_said = looks_said
        self.taken: set[tuple[int, str]] = set()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        pass

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and self.looks_said.fullmatch(node.value):
            self.taken.add((node.lineno, node.value))

    def visit_Call(self, node: ast.Call) -> None:
        self.taken |= {(one.lineno, one.value) for one in _labels(node) if has_words(one.value)}
        self.generic_visit(node)


def _labels(node: ast.Call) -> Iterator[Any]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    places, keywords = LABELS.get(name, ((), ()))
    if name.endswith("Field"):
        places, keywords = (0,), ("label",)
    given = [one for at, one in enumerate(node.args) if at in places]
    given += [one.value for one in node.keywords if one.arg in keywords or one.arg in KEYWORDS]
    if name == PAIRS:
        given += [one.elts[1] for one in node.args if isinstance(one, ast.Tuple)]
    for one in given:
        for part in _both(one):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part


def _both(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
