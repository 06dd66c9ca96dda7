"""The styleguide shows all there is, its colours can be read, and a device keeps its look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from caddy.web import tokens

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "caddy" / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
STYLES = sorted((ROOT / "caddy" / "static" / "css" / "components").glob("*.css"))
# What the page says does not hang on the database.
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
# Markup that has a macro, and the macro.
HAS_MACRO = {
    r'class="badge[ "]': "badge",
    r'class="breadcrumb"': "breadcrumb",
    r'class="avatar': "avatar",
    r'class="toasts"': "toasts",
    r'class="moments?[ "]': "timeline",
    r"<progress": "progress",
    r"<dialog": "dialog",
    r'<table class="table[ "]': "table",
    r'class="(?:search-link|palette__(?:form|options))"': "palette",
}


@SQLITE
def test_every_stylesheet_of_a_component_has_a_piece_of_it_on_the_styleguide(sign_in):
    page = sign_in("vic").get("/styleguide")
    assert page.status_code == 200
    shown = {word for found in re.findall(r'class="([^"]*)"', page.text) for word in found.split()}
    for path in STYLES:
        named = set(re.findall(r"\.([a-z][a-z_-]+)", path.read_text()))
        assert named & shown, f"{path.name}: show a piece of it in templates/styleguide/"


def test_every_macro_of_components_is_drawn_on_the_styleguide():
    said = "\n".join(path.read_text() for path in (TEMPLATES / "styleguide").glob("*.html"))
    for path in COMPONENTS:
        macros = [
            one.name
            for one in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Macro)
        ]
        drawn = [name for name in macros if re.search(rf"(?:{{{{|call) {name}\(", said)]
        assert drawn, f"{path.name}: draw it in templates/styleguide/"


@SQLITE
def test_the_palette_is_drawn_closed_open_and_with_nothing_found_beside_the_real_one(sign_in):
    page = sign_in("vic").get("/styleguide").text
    states = dict(
        re.findall(
            r'data-palette-state="(\w+)">(.*?)(?=data-palette-state|</section>)', page, re.DOTALL
        )
    )
    assert set(states) == {"closed", "open", "nothing"}
    assert "data-palette-open" in states["closed"]
    chosen = re.search(r'aria-activedescendant="([^"]+)"', states["open"])[1]
    assert f'id="{chosen}" role="option" aria-selected="true"' in states["open"]
    assert states["open"].count('aria-selected="true"') == 1
    assert 'aria-expanded="true"' in states["open"]
    assert "Nothing found. Try fewer letters." in states["nothing"]
    assert 'role="option"' not in states["nothing"]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id is there twice: the real palette would be mixed up"


def test_markup_that_has_a_macro_stands_in_components_alone():
    for path in TEMPLATES.rglob("*.html"):
        # The palette is a dialog of its own kind, and there is one of it.
        if path.parent.name in {"components", "emails", "paper", "palette"}:
            continue
        for markup, macro in HAS_MACRO.items():
            assert not re.search(markup, path.read_text()), f"{path}: use the macro {macro}"


@pytest.mark.parametrize("block", [tokens.NORMAL, tokens.MORE])
def test_text_reaches_seven_to_one_and_edges_three_in_light_and_in_dark(block):
    for pairs, least in ((tokens.TEXT, tokens.AAA_TEXT), (tokens.EDGES, tokens.AA_EDGE)):
        for pair in pairs:
            light, dark = tokens.ratios(pair, block)
            assert min(light, dark) >= least, (pair, light, dark)


def test_more_contrast_is_more_and_the_same_whether_the_device_or_the_person_asks():
    for pair in (*tokens.TEXT, *tokens.EDGES):
        normal, more = tokens.ratios(pair), tokens.ratios(pair, tokens.MORE)
        assert more[0] > normal[0], pair
        assert more[1] > normal[1], pair
    source = tokens.SOURCE.read_text()
    asked = source.partition("@media (prefers-contrast: more) {")[2]
    by_device = asked.partition(":root {")[2].partition("}")[0].split()
    by_person = source.partition(tokens.MORE)[2].partition("}")[0].split()
    assert by_device == by_person


def test_known_colours_contrast_as_they_should():
    white, black = tokens.from_oklch(1, 0, 0), tokens.from_oklch(0, 0, 0)
    red = tokens.from_oklch(0.627955, 0.257683, 29.2339)  # pure red of sRGB, as CSS Color 4 has it
    assert tokens.contrast(white, black) == pytest.approx(21, abs=0.01)
    assert tokens.contrast(red, white) == pytest.approx(4.0, abs=0.02)


@SQLITE
def test_a_device_keeps_how_caddy_looks_on_it_before_anybody_has_signed_in(app, sign_in):
    client = sign_in("sam")
    assert "data-theme" not in client.get("/settings/look").text
    answer = client.post("/settings/look", data={"theme": "dark", "contrast": "more"})
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    page = client.get("/settings/look").text
    assert '<html lang="en-AU" data-theme="dark" data-contrast="more">' in page
    assert client.post("/settings/look", data={"theme": "pink"}).status_code == 422
    client.post("/settings/look", data={"theme": "light", "contrast": "device"})
    client.post("/sign-out")
    assert '<html lang="en-AU" data-theme="light">' in client.get("/sign-in").text
    strange = {"Cookie": "caddy-look=pink.><script>"}
    assert '<html lang="en-AU">' in app.test_client().get("/sign-in", headers=strange).text
