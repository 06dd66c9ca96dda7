"""Rules about the code that imports cannot say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted((ROOT / "caddy").rglob("*.py"))
TEMPLATES = sorted((ROOT / "caddy" / "templates").rglob("*.html"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# A word, and the only files below caddy/ that may hold it, with the reason. A file that no
# longer holds it leaves the list.
ONLY_IN = {
    r"\.commit\(": {
        "transaction.py",
        "row_security.py",  # of what PostgreSQL lets read only
    },
    r"events\.publish\(": {"audit.py"},
    r"datetime\.now\(|date\.today\(|utcnow\(|time\.time\(": {"clock.py"},
    r"\bunscoped\(": {
        "tenancy.py",  # defines it
        "queue.py",  # moves the outbox of every organization
        "jobs/messages.py",  # the absent of every organization are looked for
        "jobs/recurring.py",  # and at each organization's hours
        "jobs/incidents.py",  # finds clocks that run out, of every organization
        "jobs/plans.py",  # looks at each organization's day in turn
        "queries/emails.py",  # news of a mail names the mail and not whose it is
        "queries/tasks.py",  # finds work whose worker died, whoever's it is
        "queries/retention.py",  # the storage keeps the same bytes once for all
        "queries/signing_links.py",  # a link in a mail brings no session
        "queries/users.py",  # the scope is taken from the person of a session or a calendar
        "actions/sessions.py",  # the organization of who signs in is not yet known
        "actions/received.py",  # what phones sent long ago is forgotten for all at once
        "actions/password_changes.py",  # nor that of who asks for a link
        "actions/sign_ups.py",  # an address and an ABN are unique among all
        "queries/ways_in.py",  # a passkey or an account elsewhere is what names its person
        "queries/mailed_links.py",  # a mailed link is what names its organization
        "actions/sign_ins.py",  # the same, of who comes with an address
        "actions/organizations.py",  # slugs, ABNs and addresses are unique among all
        "queries/organizations.py",  # a command names the organization it works for
        "queries/health.py",  # asks nothing of any table
        "cli/demo.py",  # writes several organizations at once
        "cli/demo_more.py",  # looks for the organization that it adds to
    },
    r"__table__\b(?!`)": {"cli/schema.py"},
    # How a date is said.
    r"%-d|\.day\} *\{": {
        "domain/words.py",
        "domain/emails.py",  # subjects are filled in from the values of a mail
    },
    r"^\s*print\(": set(),
    r"\bTODO\b|\bFIXME\b|\bXXX\b": set(),
}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def inside(path: Path) -> str:
    return path.relative_to(ROOT / "caddy").as_posix()


@pytest.mark.parametrize("word", ONLY_IN, ids=list(ONLY_IN))
def test_a_word_stands_only_where_it_may(word):
    found = {inside(path) for path in PRODUCT if re.search(word, path.read_text(), re.MULTILINE)}
    assert found == ONLY_IN[word]


def test_text_is_raw_sql_only_in_the_organizations_partial_index():
    raw = {
        inside(path)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text()))
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("sqlalchemy")
            and {"text", "literal_column", "TextClause"} & {one.name for one in node.names}
        )
        or (
            isinstance(node, ast.Attribute)
            and node.attr in {"text", "literal_column"}
            and calls_sql(node)
        )
    }
    assert raw == {"models/organization.py"}


def calls_sql(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"sa", "sqlalchemy", "db"}


def test_money_and_minutes_are_never_floats():
    for path in (ROOT / "caddy" / "domain").rglob("*.py"):
        tree = ast.parse(path.read_text())
        floats = [
            node
            for node in ast.walk(tree)
            if (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.Name) and node.id == "float")
        ]
        assert not floats, f"{relative(path)} line {floats[0].lineno}"


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
def test_a_module_opens_with_one_to_four_sentences_of_lines(path):
    tree = ast.parse(path.read_text())
    docstring = ast.get_docstring(tree)
    assert docstring, "say what the module is the only place for"
    assert 1 <= len([line for line in docstring.splitlines() if line.strip()]) <= 6


def test_files_and_functions_stay_short():
    for path in PRODUCT:
        text = path.read_text()
        assert len(text.splitlines()) <= LONGEST_FILE, relative(path)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= LONGEST_FUNCTION, f"{relative(path)}: {node.name}"


def test_templates_escape_everything():
    for path in TEMPLATES:
        assert "|safe" not in path.read_text().replace(" ", ""), relative(path)
        assert "autoescape" not in path.read_text(), relative(path)


def test_templates_hold_no_inline_script_style_or_handler():
    for path in TEMPLATES:
        text = path.read_text()
        if path.parent.name == "emails":  # a mail brings its own style: no page of ours has it
            text = text.replace("<style>", "")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text), relative(path)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), relative(path)


def test_what_is_asked_while_someone_types_gives_way_to_what_they_typed_last():
    # Else htmx keeps the first of those that wait: on a slow network an answer to half a word.
    for path in TEMPLATES:
        for trigger, rest in re.findall(r'hx-trigger="([^"]*)"([^\n]*)', path.read_text()):
            if re.search(r"\b(input|change)\b", trigger):
                assert rest.startswith(' hx-sync="this:replace"'), relative(path)


def test_every_template_opens_with_what_it_is_for():
    for path in TEMPLATES:
        assert path.read_text().startswith("{#"), relative(path)


def test_every_post_form_carries_a_token():
    for path in TEMPLATES:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
            assert "token()" in form or "csrf_token" in form, relative(path)


def test_live_fragments_have_one_root_with_an_id():
    for path in TEMPLATES:
        if not path.name.startswith("_") or path.parent.name != "budgets":
            continue
        body = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(), flags=re.DOTALL).strip()
        root = re.match(r"<(\w+)[^>]*\bid=", body)
        assert root, relative(path)
        assert body.endswith(f"</{root[1]}>"), relative(path)


def test_every_stylesheet_is_linked_and_every_link_is_there():
    from caddy.web.assets import STYLES

    css = ROOT / "caddy" / "static" / "css"
    assert {str(path.relative_to(css))[:-4] for path in css.rglob("*.css")} == set(STYLES)


def test_every_template_imports_only_macros_that_are_there_and_includes_files_that_are():
    from jinja2 import Environment, FileSystemLoader, nodes

    environment = Environment(
        loader=FileSystemLoader(ROOT / "caddy" / "templates"), autoescape=True
    )
    for path in TEMPLATES:
        tree = environment.parse(path.read_text())
        for node in tree.find_all((nodes.FromImport, nodes.Include, nodes.Extends, nodes.Import)):
            if not isinstance(node.template, nodes.Const):
                continue
            source, _, _ = environment.loader.get_source(environment, node.template.value)
            if isinstance(node, nodes.FromImport):
                there = {one.name for one in environment.parse(source).find_all(nodes.Macro)}
                wanted = {one[0] if isinstance(one, tuple) else one for one in node.names}
                assert wanted <= there, f"{relative(path)}: {wanted - there}"


def test_every_component_macro_has_a_user():
    words = " ".join(path.read_text() for path in TEMPLATES)
    for path in (ROOT / "caddy" / "templates" / "components").glob("*.html"):
        assert f'"components/{path.name}"' in words, path.name


def test_vendored_files_are_what_they_were():
    import hashlib

    vendor = ROOT / "caddy" / "static" / "vendor"
    for line in (vendor / "SHA256SUMS").read_text().splitlines():
        checksum, name = line.split()
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == checksum, name


def test_documents_name_only_files_that_are_there():
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(
            r"`((?:bin|caddy|docs|tests|bench|migrations)/[\w./-]+)`", document.read_text()
        ):
            assert (ROOT / name).exists(), f"{document.name} names {name}"


def test_no_file_names_a_machine():
    words = re.compile(r"/(?:wor" r"k|far" r"m|hom" r"e|Users)/\w")
    for path in [*PRODUCT, *(ROOT / "docs").rglob("*.md"), *(ROOT / "bin").iterdir()]:
        if path.is_file():
            assert not words.search(path.read_text()), relative(path)
