"""What a template says, as messages: a sentence with its values becomes one, with named places.

Works on Jinja's own tree. A choice between two words inside a sentence makes two whole
sentences of it, so that a translator never has to put one together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from string import Formatter

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from caddy.translation.tables import ARGUMENTS, ATTRIBUTES, IN_SENTENCES, LOOKED_UP, OURS

Piece = str | nodes.Expr
OWN_NAME = "Caddy"
MOST_CHOICES = 3  # two words each: eight sentences at the most
SPACES = re.compile(r"[ \t\r\n]+")
PLACES = re.compile(r"\{[^}]*\}")
UNSAID = re.compile(r"[^a-z0-9_]+")
KEPT = frozenset({"capitalize", "default", "lower", "trim", "truncate", "upper"})


def has_words(text: str) -> bool:
    """Say whether there is more in it than signs and our own name: all else needs no translator."""
    return any(letter.isalpha() for letter in text.replace(OWN_NAME, ""))


class Phrases(NodeTransformer):
    """Turns what is shown into calls of caddy.translation.shown; `found` collects the messages."""

    def __init__(self, *, is_html: bool) -> None:
        self.is_html = is_html
        self.found: list[tuple[int, str]] = []

    def spoken(self, run: Sequence[Piece], line: int) -> list[nodes.Expr]:
        """Return what stands between two tags, or in one line of a text, as it is put out."""
        pieces = list(run)
        before, after = [], []
        if pieces and isinstance(pieces[0], str):
            core = pieces[0].lstrip()
            before = [nodes.TemplateData(pieces[0][: len(pieces[0]) - len(core)])]
            pieces[0] = core
        if pieces and isinstance(pieces[-1], str):
            core = pieces[-1].rstrip()
            after = [nodes.TemplateData(pieces[-1][len(core) :])]
            pieces[-1] = core
        texts = [unescape(one) if self.is_html else one for one in pieces if isinstance(one, str)]
        if not has_words("".join(texts)) or any("{" in one or "}" in one for one in texts):
            middle = [
                nodes.TemplateData(one) if isinstance(one, str) else self.shown(one)
                for one in pieces
            ]
        else:
            plain = [
                SPACES.sub(" ", unescape(one)) if self.is_html and isinstance(one, str) else one
                for one in pieces
            ]
            middle = [self.sentence(plain, line, "html" if self.is_html else "text")]
        return [one for one in (*before, *middle, *after) if getattr(one, "data", True)]

    def sentence(self, pieces: Sequence[Piece], line: int, how: str, depth: int = 0) -> nodes.Expr:
        """Return one message for some words and values; a choice of words gives one for each."""
        for at, piece in enumerate(pieces):
            words = _choice(piece)
            if words and depth < MOST_CHOICES:
                one, other = (
                    self.sentence([*pieces[:at], word, *pieces[at + 1 :]], line, how, depth + 1)
                    for word in words
                )
                return nodes.CondExpr(self.visit(piece.test), one, other)  # type: ignore[union-attr] # a CondExpr
        return self._said(pieces, line, how)

    def _said(self, pieces: Sequence[Piece], line: int, how: str) -> nodes.Expr:
        message, values = "", dict[str, nodes.Expr]()
        for piece in pieces:
            if isinstance(piece, str):
                message += piece
                continue
            name = _free(_name_of(piece), piece, values)
            values[name] = piece
            message += f"{{{name}}}"
        if not has_words(PLACES.sub("", message)):
            shown = [
                nodes.Const(one) if isinstance(one, str) else self.shown(one) for one in pieces
            ]
            return shown[0] if len(shown) == 1 else nodes.Concat(shown)
        self.found.append((line, message))
        places = [nodes.Keyword(name, self.shown(value)) for name, value in values.items()]
        return _call(how, [nodes.Const(message)], places)

    def shown(self, value: nodes.Expr) -> nodes.Expr:  # noqa: C901, PLR0911, PLR0912 - one answer a kind of value
        """Return a value as it is put out: its own words are looked up, all else is as it was."""
        match value:
            case nodes.Const(value=str(text)) if has_words(text):
                return self.sentence([text], value.lineno, "words")
            case nodes.CondExpr(test=test, expr1=one, expr2=other):
                return nodes.CondExpr(
                    self.visit(test), self.shown(one), other and self.shown(other)
                )
            case nodes.Or(left=left, right=right):
                return nodes.Or(self.shown(left), self.shown(right))
            case nodes.And(left=left, right=right):
                return nodes.And(self.visit(left), self.shown(right))
            case nodes.Concat(nodes=parts):
                return self.sentence(_constants(parts), value.lineno, "words")
            case nodes.Call(
                node=nodes.Getattr(node=nodes.Const(value=str(form)), attr="format")
            ) if has_words(PLACES.sub("", form)):
                pieces = _formatted(form, value)
                return self.sentence(pieces, value.lineno, "words") if pieces else value
            case nodes.Tuple(items=items) if items:
                first, *rest = items
                return nodes.Tuple([self.shown(first), *map(self.visit, rest)], "load")
            case nodes.List(items=items):
                return nodes.List([self.shown(one) for one in items])
            case nodes.Add(left=left, right=right):
                return nodes.Add(self.shown(left), self.shown(right))
            case nodes.Dict(items=items):
                return nodes.Dict(
                    [nodes.Pair(self.visit(p.key), self.shown(p.value)) for p in items]
                )
            case nodes.Filter(name="join", node=inner) if inner and _is_said(inner):
                value.node = _call("every", [self.visit(inner)])
                return value
            case nodes.Filter(name="capitalize", node=nodes.Getattr(attr="value")):
                return _call("looked_up", [self.visit(value)])
            case nodes.Filter(name=name, node=inner) if inner and name in KEPT:
                value.node = self.shown(inner)
                value.args = [self.shown(one) if name == "default" else one for one in value.args]
                return value
        chosen = _of_a_dict(value)
        if chosen is not None:
            chosen.node = self.shown(chosen.node)
            return value
        return _call("looked_up", [self.visit(value)]) if _is_said(value) else self.visit(value)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's naming
        """Take the words among a macro's arguments."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        places, keywords = ARGUMENTS.get(name, (frozenset(), frozenset()))
        node.node = self.visit(node.node)
        node.args = [
            self.shown(one) if at in places else self.visit(one) for at, one in enumerate(node.args)
        ]
        for one in node.kwargs:
            is_read = one.key in keywords or (
                one.key.replace("_", "-") in ATTRIBUTES and one.key != "title"
            )
            one.value = self.shown(one.value) if is_read else self.visit(one.value)
        if isinstance(node.dyn_kwargs, nodes.Dict):
            for pair in node.dyn_kwargs.items:
                is_read = isinstance(pair.key, nodes.Const) and pair.key.value in ATTRIBUTES
                pair.value = self.shown(pair.value) if is_read else self.visit(pair.value)
        elif node.dyn_kwargs is not None:
            node.dyn_kwargs = self.visit(node.dyn_kwargs)
        return node


def is_alone(value: nodes.Expr) -> bool:
    """Say whether a value is a macro's: a thing by itself, and no part of a sentence."""
    return (
        isinstance(value, nodes.Call)
        and isinstance(value.node, nodes.Name)
        and value.node.name not in IN_SENTENCES
    )


def _call(
    how: str, args: list[nodes.Expr], values: list[nodes.Keyword] | None = None
) -> nodes.Call:
    function = nodes.ImportedName(f"caddy.translation.shown.{how}")
    return nodes.Call(function, args, values or [], None, None)


def _choice(piece: Piece) -> tuple[str, str] | None:
    """Return the two words of which a template takes one, where it does nothing else."""
    if not isinstance(piece, nodes.CondExpr):
        return None
    one, other = piece.expr1, piece.expr2 or nodes.Const("")
    if not (isinstance(one, nodes.Const) and isinstance(other, nodes.Const)):
        return None
    words = (one.value, other.value)
    return words if isinstance(words[0], str) and isinstance(words[1], str) else None


def _constants(parts: Sequence[nodes.Expr]) -> list[Piece]:
    return [
        one.value if isinstance(one, nodes.Const) and isinstance(one.value, str) else one
        for one in parts
    ]


def _formatted(form: str, call: nodes.Call) -> list[Piece]:
    """Return `"{:,} of {}".format(a, b)` as words and values, each value in its own form."""
    pieces: list[Piece] = []
    values = iter(call.args)
    for text, field, spec, _ in Formatter().parse(form):
        if text:
            pieces.append(text)
        if field is None:
            continue
        value = next(values, None)
        if field or value is None:
            return []
        if spec:
            one = nodes.Getattr(nodes.Const(f"{{:{spec}}}"), "format", "load")
            value = nodes.Call(one, [value], [], None, None)
        pieces.append(value)
    return pieces


def _is_said(value: nodes.Expr) -> bool:  # noqa: PLR0911 - as above
    match value:
        case nodes.Name(name=name) | nodes.Getattr(attr=name) if name in LOOKED_UP:
            return True
        case nodes.Getattr(node=inner) | nodes.Getitem(node=inner) if _is_ours(inner):
            return True
        case nodes.Getattr(attr="text", node=nodes.Getattr(attr="label")):
            return True
        case nodes.Getattr(attr="description", node=nodes.Name(name="field" | "form")):
            return True
        case nodes.Getattr(attr="errors") | nodes.Getitem(node=nodes.Getattr(attr="errors")):
            return True
        case nodes.Filter(name="map", kwargs=[taken]):
            return isinstance(taken.value, nodes.Const) and taken.value.value in LOOKED_UP
    return False


def _is_ours(value: nodes.Node) -> bool:
    inner = value.node if isinstance(value, nodes.Getattr) else value
    return isinstance(inner, nodes.Name) and inner.name in OURS


def _of_a_dict(value: nodes.Expr) -> nodes.Getitem | nodes.Getattr | None:
    """Return what looks into a dict that is written out in the template."""
    match value:
        case nodes.Getitem(node=nodes.Dict()):
            return value
        case nodes.Call(node=nodes.Getattr(node=nodes.Dict(), attr="get") as found):
            return found
    return None


def _name_of(value: nodes.Node | None) -> str:  # noqa: PLR0911 - as above
    """Return what a translator is told a value is: the last word of where it comes from."""
    match value:
        case nodes.Name(name=name) | nodes.Getattr(attr=name) if name not in {"format", "get"}:
            return str(name)
        case nodes.Call(node=nodes.Getattr(node=nodes.Const())):
            return _name_of(value.args[0] if value.args else None)
        case nodes.Call(node=nodes.Getattr(attr="strftime", node=inner)):
            return _name_of(inner)
        case nodes.Call(node=inner) | nodes.Filter(node=inner) | nodes.Getitem(node=inner):
            return _name_of(inner)
        case nodes.Or(left=left) | nodes.Sub(left=left) | nodes.Add(left=left):
            return _name_of(left)
        case nodes.CondExpr(expr1=one):
            return _name_of(one)
    return "value"


def _free(name: str, value: nodes.Expr, taken: dict[str, nodes.Expr]) -> str:
    """Return a name that no other value of the sentence has."""
    name = UNSAID.sub("_", name.lower()).strip("_") or "value"
    if name in {"message", "self"}:
        name = f"the_{name}"
    free, number = name, 2
    while free in taken and taken[free] != value:
        free, number = f"{name}_{number}", number + 1
    return free
