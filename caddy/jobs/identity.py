"""Tidying after people who signed up and never came, sessions and keys that are long over."""

from __future__ import annotations

from caddy.actions import received, sessions, sign_ups


def forget_what_is_over() -> None:
    """Delete stale sign-ups, old sessions, links and keys. Looked at once a minute, cheaply."""
    sign_ups.forget_stale()
    sessions.forget_old()
    received.forget_old()
