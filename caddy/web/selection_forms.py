"""The forms of what is done to several rows at once; each asks for one thing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from caddy.actions.participant_parts import LONGEST_TAG
from caddy.web.forms import Form, choices

TOO_LONG = "That is too long."


def _reason(ask: str) -> StringField:
    return StringField(
        "Why", [InputRequired(ask), Length(max=400, message=TOO_LONG)], render_kw={"maxlength": 400}
    )


def _person(label: str, ask: str) -> SelectField:
    return SelectField(label, [InputRequired(ask)], coerce=str)


class CancelManyForm(Form):
    reason = _reason("Say why they are cancelled.")


class AssignManyForm(Form):
    worker = _person("New worker", "Choose a worker.")

    def offer(self, workers: list[Any]) -> None:
        self.worker.choices = choices(
            ("", "Choose"), *((str(one.id), f"{one.first_name} {one.last_name}") for one in workers)
        )

    @property
    def worker_id(self) -> UUID:
        return UUID(self.worker.data)


class ArchiveManyForm(Form):
    reason = _reason("Say why, for the record.")


class TagManyForm(Form):
    tag = StringField(
        "Tag",
        [
            InputRequired("Enter a tag."),
            Length(max=LONGEST_TAG, message=f"A tag has {LONGEST_TAG} letters at the most."),
        ],
        render_kw={"autocomplete": "off"},
    )


class CoordinateManyForm(Form):
    coordinator = _person("Coordinator", "Choose a coordinator.")

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.coordinator.choices = choices(("", "Choose"), *people)

    @property
    def coordinator_id(self) -> UUID:
        return UUID(self.coordinator.data)
