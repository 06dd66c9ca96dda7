"""Reading a report back with another program than the one that made it."""

from __future__ import annotations

import io
import re
import threading
from collections import Counter
from contextlib import contextmanager

from pypdf import PdfReader
from sqlalchemy import Engine, event


@contextmanager
def statements():
    """Yield the list of what this thread asks the database meanwhile."""
    seen, own = [], threading.get_ident()

    def note(_connection, _cursor, statement, *_rest):
        if threading.get_ident() == own:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def reader(made):
    return PdfReader(io.BytesIO(made))


def pages(made):
    """Return the text of every page, with plain single spaces."""
    return [re.sub(r"[\u2009 ]+", " ", one.extract_text()) for one in reader(made).pages]


def text(made):
    return "\n".join(pages(made))


def cents(shown):
    """Return what an amount as it is shown means."""
    sign = -1 if shown.startswith("-") else 1
    return sign * int(re.sub(r"\D", "", shown))


def bookmarks(made):
    def walk(entries):
        for one in entries:
            if isinstance(one, list):
                yield from walk(one)
            else:
                yield one.title

    return list(walk(reader(made).outline))


def pictures(made):
    """Return what stands for each picture for those who cannot see it; None where nothing does."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(node.get("/Alt"))
            for kid in as_list(node.get("/K")):
                walk(kid)

    walk(reader(made).trailer["/Root"]["/StructTreeRoot"])
    return found


def tags(made):
    """Count what the PDF tags, by the last four tags of the way to it: `Table/TBody/TR/TD`."""
    found = Counter()

    def walk(node, path):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, dict):
            path = (*path, str(node.get("/S")).lstrip("/"))
            found["/".join(path[-4:])] += 1
            for kid in as_list(node.get("/K")):
                walk(kid, path)

    walk(reader(made).trailer["/Root"]["/StructTreeRoot"], ())
    return found


def as_list(kids):
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    return [] if kids is None else kids if isinstance(kids, list) else [kids]


def is_accessible(made, title):
    """Assert what PDF/UA asks for and a program can see."""
    document = reader(made)
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en-AU"
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert document.metadata.title == title
    assert all(pictures(made))
    count = len(document.pages)
    for number, page in enumerate(pages(made), 1):
        assert f"Page {number} of {count}" in page
