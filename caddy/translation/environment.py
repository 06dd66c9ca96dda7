"""The Jinja environment that compiles a template twice: as it is, and with its words looked up.

English is the first, exactly as it was written: it costs nothing that others can be had.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Self

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes

from caddy.config import Settings
from caddy.translation import kept, languages
from caddy.translation.languages import EXTENSION, is_translated
from caddy.translation.tree import Rewriting


def install(app: Flask, settings: Settings) -> None:
    """Let an app answer in every language that has a catalogue; before its first template."""
    app.jinja_environment = TwoTongued
    languages.install(app, settings)
    kept.install(app)


class TwoTongued(Environment):
    """Gives a template in English, or its twin that asks the catalogue, by who reads it."""

    is_twin = False
    _twin: Self | None = None

    @property
    def twin(self) -> Self:
        """Return the environment that translates; each overlay has its own."""
        if self._twin is None or self._twin.linked_to is not self:
            made = self.overlay(bytecode_cache=None)
            made.is_twin = True
            self._twin = made
        return self._twin

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's own name
        has_others = self.app.extensions[EXTENSION].has_others
        if has_others and not self.is_twin and is_translated():
            return self.twin._load_template(name, globals)  # noqa: SLF001 - of the same class
        return super()._load_template(name, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give templates without globals of their own the environment's themselves.

        Each import compares the two sets of names, which takes a hundred calls with the chain that
        Jinja lays over them, and none with one dictionary.
        """
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.is_twin:
            tree = Rewriting(name or "").template(tree)
            tree.set_environment(self)
        return tree
