"""A template's tree with its words given to the catalogue: where text begins and a tag ends.

Follows the HTML across what the template does. Every branch must end where it began, in text
or in the same tag, as it does in any page that is well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jinja2 import nodes

from caddy.translation.phrases import Phrases, Piece, is_alone
from caddy.translation.tables import ATTRIBUTES, INSIDE_A_TAG, NAMES, NOT_READ

OPENING = re.compile(r"<(?=[a-zA-Z/!])")
TAG_NAME = re.compile(r"/?([a-zA-Z0-9]*)")
IN_TAG = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(["'])|(>)""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a page one is: in text, in a tag, or in the value of one of its attributes."""

    tag: str = ""
    attribute: str = ""
    quote: str = ""
    unread: str = ""  # the element whose content is no words, while one is in it

    @property
    def is_read(self) -> bool:
        return self.attribute in ATTRIBUTES if self.tag else not self.unread


class Rewriting:
    """Goes through one template from top to bottom, once."""

    def __init__(self, name: str) -> None:
        self.is_html = not name.endswith(".txt")
        self.phrases = Phrases(is_html=self.is_html)
        self.place = Place()
        self.is_child = False
        self._run: list[Piece] = []
        self._out: list[nodes.Expr] = []

    def template(self, tree: nodes.Template) -> nodes.Template:
        self.is_child = tree.find(nodes.Extends) is not None
        tree.body = self.statements(tree.body)
        return tree

    def statements(self, body: Iterable[nodes.Node]) -> list[nodes.Node]:
        return [self.statement(one) for one in body]

    def statement(self, node: nodes.Node) -> nodes.Node:  # noqa: C901 - one answer a kind
        match node:
            case nodes.Output():
                node.nodes = self._output(node)
            case nodes.If():
                self._branches(node)
            case nodes.For():
                node.iter = self._gone_through(node)
                node.test = node.test and self.phrases.visit(node.test)
                node.body = self.statements(node.body)
                node.else_ = self.statements(node.else_)
            case nodes.Assign(target=nodes.Name(name=name), node=nodes.Expr() as value) if (
                name in NAMES
            ):
                node.node = self.phrases.shown(value)
            case nodes.With():
                node.values = [self.phrases.visit(one) for one in node.values]
                node.body = self.statements(node.body)
            case nodes.Block():
                self._apart(node, Place(tag="html") if self._is_in_tag(node) else None)
            case nodes.Scope():
                node.body = self.statements(node.body)
            case nodes.Macro():
                node.defaults = [self._default(node, at) for at in range(len(node.defaults))]
                self._apart(node, Place())
            case nodes.CallBlock():
                node.call = self.phrases.visit_Call(node.call)  # type: ignore[assignment] # as it was
                self._apart(node, Place())
            case nodes.AssignBlock() | nodes.FilterBlock():
                self._apart(node, Place())
            case nodes.Assign() | nodes.ExprStmt():
                node.node = self.phrases.visit(node.node)
            case _:
                pass
        return node

    def _is_in_tag(self, block: nodes.Block) -> bool:
        return self.is_child and block.name in INSIDE_A_TAG

    def _apart(
        self,
        node: nodes.Block | nodes.Macro | nodes.CallBlock | nodes.AssignBlock | nodes.FilterBlock,
        begins: Place | None,
    ) -> None:
        """Go through what has a page of its own inside, and go on where it stood."""
        before = self.place
        self.place = begins or before
        node.body = self.statements(node.body)
        self.place = before if begins else self.place

    def _branches(self, node: nodes.If) -> None:
        before = self.place
        node.test = self.phrases.visit(node.test)
        node.body = self.statements(node.body)
        after = self.place
        for other in node.elif_:
            self.place = before
            self._branches(other)
        self.place = before
        node.else_ = self.statements(node.else_)
        self.place = after

    def _gone_through(self, node: nodes.For) -> nodes.Expr:
        """Return what a loop goes through, with the words of a list that is written out."""
        match node.target, node.iter:
            case nodes.Name(name=name), nodes.Tuple(items=items) if name in NAMES:
                return nodes.Tuple([self.phrases.shown(one) for one in items], "load")
            case nodes.Tuple(items=targets), nodes.Tuple(items=rows):
                for row in rows:
                    if isinstance(row, nodes.Tuple):
                        row.items = [
                            self.phrases.shown(one)
                            if isinstance(target, nodes.Name) and target.name in NAMES
                            else self.phrases.visit(one)
                            for target, one in zip(targets, row.items, strict=True)
                        ]
                return node.iter
        return self.phrases.visit(node.iter)  # type: ignore[no-any-return] # an expression stays one

    def _default(self, macro: nodes.Macro, at: int) -> nodes.Expr:
        argument = macro.args[len(macro.args) - len(macro.defaults) + at]
        default = macro.defaults[at]
        is_words = argument.name in {"title", "words", "label", "head", "choose"}
        return self.phrases.shown(default) if is_words else default

    def _output(self, node: nodes.Output) -> list[nodes.Expr]:
        self._out = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self._line = child.lineno
                self._text(child.data) if self.is_html else self._lines(child.data)
            elif self.place.is_read and not is_alone(child):
                self._line = child.lineno
                self._run.append(child)
            else:
                self._flush()
                self._out.append(self.phrases.visit(child))
        self._flush()
        for one in self._out:
            one.set_lineno(node.lineno)
        return self._out

    def _flush(self) -> None:
        if self._run:
            self._out += self.phrases.spoken(self._run, self._line)
        self._run = []

    def _lines(self, text: str) -> None:
        """Take a plain text's words line by line: there the layout is made of spaces."""
        for line in text.splitlines(keepends=True):
            self._run.append(line)
            if line.endswith("\n"):
                self._flush()

    def _text(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._in_tag(text, at) if self.place.tag else self._between(text, at)

    def _between(self, text: str, at: int) -> int:
        """Take text up to the next tag."""
        found = OPENING.search(text, at)
        end = found.start() if found else len(text)
        self._put(text[at:end])
        if not found:
            return end
        self._flush()
        name = TAG_NAME.match(text, end + 1)
        tag = name[1].lower() if name else ""
        closes = text.startswith("</", end)
        unread = self.place.unread
        if tag in NOT_READ and not unread and not closes:
            unread = tag
        elif closes and tag == unread:
            unread = ""
        self.place = Place(tag=tag or "!", unread=unread)
        after = name.end() if name else end + 1
        self._put(text[end:after])
        return after

    def _in_tag(self, text: str, at: int) -> int:
        """Take a tag up to the next value, a value up to its end, or the tag to its end."""
        if self.place.attribute:
            end = text.find(self.place.quote, at)
            if end < 0:
                self._put(text[at:])
                return len(text)
            self._put(text[at:end])
            self._flush()
            self.place = replace(self.place, attribute="", quote="")
            self._put(text[end])
            return end + 1
        found = IN_TAG.search(text, at)
        if not found:
            self._put(text[at:])
            return len(text)
        self._put(text[at : found.end()])
        if found[3]:
            self.place = Place(unread=self.place.unread)
        else:
            self.place = replace(self.place, attribute=found[1].lower(), quote=found[2])
        return found.end()

    def _put(self, text: str) -> None:
        """Keep text for its sentence where it is read; put it out as it is where it is not."""
        if not text:
            return
        if self.place.is_read:
            self._run.append(text)
        else:
            self._flush()
            self._out.append(nodes.TemplateData(text))
