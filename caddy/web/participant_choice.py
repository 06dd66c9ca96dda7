"""Choosing participants in a form: a few who match what was typed, never a list of all.

Without JavaScript the button beside the search sends the form as it is typed and gets it back
with whom was found. It is sent by POST: what is told in confidence stands in no address.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.domain.shared_support import MOST_TOGETHER
from caddy.queries import services
from caddy.web import arguments

AT_FIRST, MOST = 8, 20
FIND = "find"
SEARCH = "-search"


class ParticipantField(RadioField):
    """One participant, found by name or NDIS number. Its data is an id as text, or empty.

    Without `nobody`, the words for no participant, someone must be chosen.
    """

    data: str | None

    def __init__(self, label: str, nobody: str = "", **more: Any) -> None:
        # Not `Optional`: it would forget the refusal of a search without a choice.
        wanted = [] if nobody else [InputRequired("Choose a participant.")]
        super().__init__(label, wanted, choices=[], **more)
        self.nobody = nobody
        self.typed = ""
        self.count = 0
        self.has_more = False

    def process(self, formdata: Any, *arguments_: Any, **more: Any) -> None:
        super().process(formdata, *arguments_, **more)
        self.data = "" if self.data in {None, "None"} else str(self.data)
        self.typed = _typed(formdata, self.name)

    def offer(self, seen_by: UUID | None, stored: UUID | None = None) -> None:
        """Fill the choices: nobody, who is chosen or stored already, and who is found."""
        chosen = [arguments.parsed(self.data or ""), stored]
        named = [services.name_of(one, seen_by=seen_by) for one in chosen if one is not None]
        found, self.has_more = matches(self.typed, seen_by)
        self.count = len(found)
        nobody = [SelectChoice("", self.nobody)] if self.nobody else []
        self.choices = [*nobody, *offered([one for one in named if one is not None], found)]

    @property
    def people(self) -> list[tuple[str, str, bool]]:
        """Return who can be chosen: id, label, and whether they are."""
        return [(one.value, one.label, one.value == self.data) for one in self.choices if one.value]

    def pre_validate(self, form: Any) -> None:
        """Refuse a search that was sent before anybody of those found was chosen."""
        if self.typed and not self.data:
            raise ValidationError("Choose one of the people found, or empty the search.")
        super().pre_validate(form)


class ParticipantsField(SelectMultipleField):
    """Several participants, found like one. Its data are ids as text; `ids` gives them as such."""

    data: list[str] | None
    nobody = ""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, choices=[], **more)
        self.typed = ""
        self.count = 0
        self.has_more = False
        self.without: UUID | None = None

    def process(self, formdata: Any, *arguments_: Any, **more: Any) -> None:
        super().process(formdata, *arguments_, **more)
        self.data = list(self.data or ())[: MOST_TOGETHER + 1]
        self.typed = _typed(formdata, self.name)

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(one for text in self.data or () if (one := arguments.parsed(text)))

    def offer(self, seen_by: UUID | None, *, without: UUID) -> None:
        """Fill the choices: who is chosen already, and who is found; never the one of the form."""
        self.without = without
        found, self.has_more = matches(self.typed, seen_by)
        self.count = len(found)
        named = services.names_of(self.ids, seen_by=seen_by)
        self.choices = [one for one in offered(named, found) if one.value != str(without)]

    @property
    def people(self) -> list[tuple[str, str, bool]]:
        """Return who can be chosen: id, label, and whether they are."""
        return [(one.value, one.label, one.value in (self.data or ())) for one in self.choices]

    def pre_validate(self, form: Any) -> None:
        """Refuse a search of which nobody was chosen, and who cannot be chosen."""
        if self.typed and not self.data:
            raise ValidationError("Choose one of the people found, or empty the search.")
        super().pre_validate(form)


def _typed(formdata: Any, name: str) -> str:
    """Return what was typed into the search of a field."""
    if formdata is None:
        return ""
    return str(formdata.get(name + SEARCH, "")).replace("\0", "").strip()[:100]


def is_search() -> bool:
    """Say whether a form was sent to look for a participant, and not to be saved."""
    return FIND in request.form


def matches(typed: str, seen_by: UUID | None) -> tuple[list[Any], bool]:
    """Return the first participants who match what was typed, and whether there are more."""
    most = MOST if typed else AT_FIRST
    rows = services.participants_to_choose(typed, seen_by=seen_by, limit=most + 1)
    return rows[:most], len(rows) > most


def offered(first: Sequence[Any], found: Sequence[Any]) -> list[SelectChoice]:
    """Return people as choices, each once and in this order."""
    people = {str(one.id): one for one in (*first, *found)}
    return [SelectChoice(key, label_of(one)) for key, one in people.items()]


def label_of(one: Any) -> str:
    number = f", {show_ndis_number(one.ndis_number)}" if one.ndis_number else ""
    return f"{one.first_name} {one.last_name}{number}"
