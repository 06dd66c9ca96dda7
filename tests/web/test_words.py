"""Every page in a language that does not exist: what has no accent never met the catalogue."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import text

from caddy.config import load_settings
from caddy.extensions import db
from caddy.translation.languages import EXTENSION, Languages
from caddy.translation.pseudo import PSEUDO
from caddy.translation.tables import ATTRIBUTES
from tests.web import calls

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WORD = re.compile(r"[A-Za-z]{3,}")


def languages(app, language):
    settings = load_settings().model_copy(update={"language": language})
    return Languages(settings)


class Reader(HTMLParser):
    """Collects what one reads or hears of a page."""

    def __init__(self):
        super().__init__()
        self.said = []
        self.skipping = 0

    def handle_starttag(self, tag, attrs):
        self.skipping += tag in {"code", "script", "style", "pre"}
        self.said += [value or "" for name, value in attrs if name in ATTRIBUTES]

    def handle_endtag(self, tag):
        self.skipping -= tag in {"code", "script", "style", "pre"}

    def handle_data(self, data):
        if not self.skipping:
            self.said.append(data)


def stored_words():
    """Return every word that is in the database: what somebody typed is never translated."""
    found = set()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):
                for value in row:
                    if isinstance(value, str):
                        found |= set(WORD.findall(value))
    return found


@SQLITE
def test_every_page_gives_its_words_to_the_catalogue(app, people, sign_in, monkeypatch):
    own = calls.ids(people, people.acacia)
    monkeypatch.setitem(app.extensions, EXTENSION, languages(app, PSEUDO))
    client = sign_in("alice")
    import collections
    left = collections.defaultdict(set)
    n=0
    for rule in app.url_map.iter_rules():
        name = f"GET {rule.endpoint}"
        if "GET" not in rule.methods or name not in calls.CALLS or rule.endpoint in {"live.stream"}: continue
        response = calls.call(client, name, own)
        if response.status_code != 200 or response.mimetype != "text/html": 
            print("SKIP", name, response.status_code, response.mimetype); continue
        n+=1
        r = Reader(); r.feed(response.text)
        for one in r.said:
            if WORD.search(one): left[" ".join(one.split())].add(rule.endpoint)
    data = stored_words()
    print(n)
    for k,v in sorted(left.items(), key=lambda kv: sorted(kv[1])):
        w=[x for x in WORD.findall(k) if x not in data]
        if w: print(sorted(v)[:2], len(v), k[:200])
