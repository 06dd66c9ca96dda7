"""How each route is called in the matrix: its ids, its form, and what it may answer."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from tests.web.matrix import care, office, papers
from tests.web.matrix.parts import Call

CALLS: dict[str, Call] = care.CALLS | papers.CALLS | office.CALLS


def path(app: Any, endpoint: str, values: dict[str, Any]) -> str:
    """Return the address of a route with the ids that it takes."""
    rule = _rules(app)[endpoint]
    taken = {name: values.get(name, "css/tokens.css") for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(endpoint, taken))


@lru_cache(maxsize=4)
def _rules(app: Any) -> dict[str, Any]:
    """Return each endpoint's first address; looking through all of them each time is slow."""
    return {rule.endpoint: rule for rule in reversed(list(app.url_map.iter_rules()))}


def call(client: Any, name: str, values: dict[str, Any]) -> Any:
    method, endpoint = name.split()
    one = CALLS[name]
    address = path(client._client.application, endpoint, values)
    if method == "GET":
        return client.get(f"{address}?{one.query.format(**values)}" if one.query else address)
    form = {
        key: value.format(**values) if isinstance(value, str) else value
        for key, value in one.form.items()
    }
    if endpoint == "catalogue.create":
        form["file"] = (io.BytesIO(b"not,a\ncatalogue,x\n"), "x.csv")
    query = one.query.format(**values)
    return client.post(f"{address}?{query}" if query else address, form)
