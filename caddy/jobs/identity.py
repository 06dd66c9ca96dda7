"""Tidying after people who signed up and never came, and sessions that are long over."""

from __future__ import annotations

from caddy.actions import sessions, sign_ups


def forget_what_is_over() -> None:
    """Delete stale sign-ups, old sessions and old links. Looked at once a minute, cheaply."""
    sign_ups.forget_stale()
    sessions.forget_old()
