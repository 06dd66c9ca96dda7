"""What of a list's address is its filter, written one way, so that two alike are found alike."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from caddy.domain.errors import RuleBroken

LONGEST_PAGE = 60
LONGEST_NAME = 60
LONGEST_QUERY = 1_000
MOST_PAIRS = 20
MOST_OWN = 100  # of one person, on all lists together
# What an address holds besides: the place in the list, a roster's day, that all is to be shown.
EVERYTHING = "everything"
NOT_FILTER = frozenset({"after", "before", "day", "since", "csrf_token", EVERYTHING})


def filter_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the filter in an address's pairs of name and value; empty where there is none.

    >>> filter_of([("status", "active"), ("search", " ann "), ("tag", ""), ("after", "x")])
    'search=ann&status=active'
    """
    kept = [(name, value.replace("\0", "").strip()) for name, value in pairs]
    kept = [one for one in kept if one[1] and one[0] not in NOT_FILTER]
    return urlencode(sorted(kept)[:MOST_PAIRS])


def parsed(query: str) -> str:
    """Return a filter that a form brought, written as `filter_of` writes it, or refuse it."""
    try:
        found = filter_of(parse_qsl(query, max_num_fields=MOST_PAIRS))
    except ValueError:
        found = ""
    if not found or len(found) > LONGEST_QUERY:
        raise RuleBroken(
            None, "no_filter", "There is nothing to save. Narrow the list first, then save that."
        )
    return found
