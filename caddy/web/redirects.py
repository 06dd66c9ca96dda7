"""Where a redirect may lead that somebody else chose: to a page of this site, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2_000


def is_here(target: str | None) -> bool:
    """Say whether an address that came with a request is a path of this site.

    Browsers read a backslash as a slash and leave out tabs and line ends, so that neither may
    be there; two slashes begin another host.
    """
    if not target or len(target) > LONGEST or not target.isprintable():
        return False
    if not target.startswith("/") or target.startswith("//") or set("\\ ") & set(target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def safe(target: str | None, otherwise: str) -> str:
    """Return a target that is of this site, or else another."""
    return target if target and is_here(target) else otherwise
