"""The forms of one field of a profile, changed where it stands, without the rest of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wtforms import EmailField, HiddenField, StringField, TelField
from wtforms.validators import Email, Length, Optional

from caddy.actions.participant_parts import LONGEST_TAG
from caddy.domain.phones import parse_phone
from caddy.queries.participants import ParticipantRecord
from caddy.web.forms import Form, says

TOO_LONG = "That is too long."


class FieldForm(Form):
    """One field, with the version of the profile that was seen."""

    version = HiddenField()
    value: Any


class NameForm(FieldForm):
    value = StringField("Preferred name", [Length(max=200, message=TOO_LONG)])


class MobileForm(FieldForm):
    value = TelField("Mobile", [Optional(), Length(max=40, message=TOO_LONG), says(parse_phone)])


class PhoneForm(FieldForm):
    value = TelField("Phone", [Optional(), Length(max=40, message=TOO_LONG), says(parse_phone)])


class EmailForm(FieldForm):
    value = EmailField(
        "Email", [Optional(), Length(max=254, message=TOO_LONG), Email("Check this address.")]
    )


class TagsForm(FieldForm):
    value = StringField(
        "Tags",
        [Length(max=400, message=TOO_LONG)],
        description="Words to group by, with commas between.",
    )

    def tags(self) -> list[str]:
        parts = (one.strip()[:LONGEST_TAG] for one in (self.value.data or "").split(","))
        return [one for one in parts if one]


@dataclass(frozen=True, slots=True)
class InPlace:
    """A field that is changed where it stands: what it is called, its form, what it holds."""

    name: str
    label: str
    form: type[FieldForm]
    held: Callable[[ParticipantRecord], str]


def _of(name: str) -> Callable[[ParticipantRecord], str]:
    return lambda record: getattr(record.participant, name) or ""


FIELDS = {
    one.name: one
    for one in (
        InPlace("preferred_name", "Preferred name", NameForm, _of("preferred_name")),
        InPlace("mobile", "Mobile", MobileForm, _of("mobile")),
        InPlace("phone", "Phone", PhoneForm, _of("phone")),
        InPlace("email", "Email", EmailForm, _of("email")),
        InPlace("tags", "Tags", TagsForm, lambda record: ", ".join(record.tags)),
    )
}
