"""What is rendered once for many: nothing in it may depend on who asks, or on what for."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

ROOT = Path(__file__).resolve().parents[2] / "caddy" / "templates"
# What a part may call besides the values it is given: the same for everyone, in every request.
SAME_FOR_ALL = {"asset", "kept_part", "script_link", "style_link", "url_for"}

environment = Environment(loader=FileSystemLoader(ROOT), autoescape=True)


def parsed(name):
    source, _, _ = environment.loader.get_source(environment, name)
    return environment.parse(source)


def calls():
    """Return each part that a template asks for, with the names of the values it is given."""
    return sorted(
        (call.args[0].value, tuple(one.key for one in call.kwargs))
        for path in ROOT.rglob("*.html")
        for call in parsed(str(path.relative_to(ROOT))).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "kept_part"
    )


def asked_for(name, given):
    """Return what a part, and all that it includes and imports, name beyond what they may."""
    tree = parsed(name)
    asked = meta.find_undeclared_variables(tree) - SAME_FOR_ALL - given
    inner = {target.name for one in tree.find_all(nodes.With) for target in one.targets}
    for node in tree.find_all((nodes.FromImport, nodes.Include)):
        is_import = isinstance(node, nodes.FromImport)
        asked |= asked_for(node.template.value, set() if is_import else given | inner)
    return asked


def test_there_are_parts_that_are_kept():
    assert {name for name, _ in calls()} >= {"layouts/_menu.html", "layouts/_foot.html"}


@pytest.mark.parametrize(("name", "given"), calls(), ids=[name for name, _ in calls()])
def test_a_part_that_is_kept_asks_for_nothing_but_its_values(name, given):
    assert asked_for(name, set(given)) == set()


def test_the_reading_finds_a_part_that_asks_for_more():
    assert "csrf_token" in asked_for("layouts/app.html", set())
    assert asked_for("messages/_count.html", {"name"}) == {"count"}
