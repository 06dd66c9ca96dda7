"""Participants by name: what lists select to say who they are, and who is found."""

from __future__ import annotations

from sqlalchemy import false

from caddy.columns import Rows
from caddy.domain.searching import words_of
from caddy.models import Participant

# What lists select of a participant, to say who they are.
WHO = (
    Participant.id,
    Participant.first_name,
    Participant.last_name,
    Participant.preferred_name,
    Participant.ndis_number,
    Participant.status,
)


def matching(statement: Rows, typed: str) -> Rows:
    """Narrow a query to participants who have every word typed, in any order.

    Compared as they are kept: without capitals, accents and apostrophes. Nothing typed
    narrows nothing; signs without a letter or figure match nobody.
    """
    words = words_of(typed)
    if typed.strip() and not words:
        return statement.where(false())
    return statement.where(
        *(Participant.search_text.contains(word, autoescape=True) for word in words)
    )
