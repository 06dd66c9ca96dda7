"""The forms of messages: what is said, to whom, and whom it calls."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from caddy.actions.conversations import NewConversation
from caddy.actions.messages import NewMessage
from caddy.domain.messages import LONGEST_BODY, LONGEST_TITLE
from caddy.web.forms import AtMost, Form, choices

TOO_LONG = f"A message has up to {LONGEST_BODY:,} letters. Cut it into two."


def _people(label: str, description: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=[],
        validate_choice=True,
        description=description,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


def _ids(field: Any) -> frozenset[UUID]:
    """Return the ids that were chosen; what is none was refused beside its field."""
    found = set()
    for one in field.data or []:
        with suppress(ValueError):
            found.add(UUID(one))
    return frozenset(found)


def offered(people: Iterable[Any]) -> list[Any]:
    return choices(*((str(one.id), one.name) for one in people))


def _key() -> str:
    return str(uuid4())


class MessageForm(Form):
    """`key` is made with the form, so that the same form sent twice says it once."""

    key = HiddenField(validators=[InputRequired(), Length(max=80)], default=_key)
    reply_to = HiddenField()
    body = TextAreaField(
        "Message",
        [
            InputRequired("Write a message."),
            AtMost(LONGEST_BODY, TOO_LONG),
        ],
        render_kw={
            "rows": "3",
            "data-mentions": "",
            "data-most": LONGEST_BODY,
            "autocomplete": "off",
        },
    )
    mentioned = _people("Mention")
    documents = _people("Documents")

    def offer(self, people: Iterable[Any], documents: Iterable[Any] = ()) -> None:
        """Take whom it may call and what it may show; everything else is refused."""
        self.mentioned.choices = offered(people)
        self.documents.choices = choices(*((str(one.id), one.title) for one in documents))

    def said(self) -> NewMessage:
        try:
            reply_to_id = UUID(self.reply_to.data or "")
        except ValueError:
            reply_to_id = None
        return NewMessage(
            self.body.data,
            self.key.data,
            reply_to_id,
            _ids(self.mentioned),
            _ids(self.documents),
        )


class ConversationForm(MessageForm):
    title = StringField(
        "What it is about",
        [
            InputRequired("Say what it is about."),
            Length(max=LONGEST_TITLE, message="That is too long."),
        ],
        render_kw={"autocomplete": "off"},
    )
    members = _people("Who is to read it")

    def begun(self, participant_id: UUID | None) -> NewConversation:
        return NewConversation(self.title.data, participant_id, _ids(self.members))


class MembersForm(Form):
    members = _people("Who")

    def offer(self, people: Iterable[Any]) -> None:
        self.members.choices = offered(people)

    @property
    def user_ids(self) -> frozenset[UUID]:
        return _ids(self.members)


class ChangeForm(Form):
    body = TextAreaField(
        "Message",
        [
            InputRequired("Write a message."),
            AtMost(LONGEST_BODY, TOO_LONG),
        ],
        render_kw={"rows": "4", "data-most": LONGEST_BODY},
    )
