"""The forms of signing: the signature itself, and whom a link to sign is sent to."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Length

from caddy.actions.signing_links import Asked
from caddy.domain.signings import (
    CONSENT,
    LONGEST_NAME,
    Signature,
    SignerRole,
    SubjectKind,
)
from caddy.web.forms import Form, choices

TOO_LONG = "That is too long."


class SignatureForm(Form):
    """A typed name is enough; `drawing` is filled by strokes where there is a script."""

    sha256 = HiddenField()
    drawing = HiddenField()
    name = StringField(
        "Your full name",
        [InputRequired("Type your full name."), Length(max=LONGEST_NAME, message=TOO_LONG)],
        description="Typing your name here is your signature.",
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(
        "I sign as",
        choices=choices(*((one.value, one.label) for one in SignerRole)),
        validate_choice=False,
    )
    has_agreed = BooleanField(validators=[InputRequired("Tick the box to say that you agree.")])

    def __init__(self, kind: SubjectKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_agreed.label.text = CONSENT[kind].rstrip(".")

    def validate_role(self, field: RadioField) -> None:
        """Say in words that one of the roles must be chosen."""
        if field.data not in {one.value for one in SignerRole}:
            raise ValidationError("Choose as whom you sign.")

    def signature(self) -> Signature:
        return Signature(
            name=self.name.data or "",
            role=SignerRole(self.role.data),
            has_agreed=bool(self.has_agreed.data),
            sha256=self.sha256.data or "",
            drawing=self.drawing.data or None,
        )


class LinkForm(Form):
    to_name = StringField(
        "Who signs",
        [InputRequired("Enter who signs."), Length(max=LONGEST_NAME, message=TOO_LONG)],
        description="The participant, or who signs for them.",
        render_kw={"autocomplete": "off"},
    )
    to_address = EmailField(
        "Their email address",
        [
            InputRequired("Enter their email address."),
            Length(max=254, message=TOO_LONG),
            Email("Enter an email address, such as pat@example.org."),
        ],
        render_kw={"autocomplete": "off"},
    )

    def asked(self) -> Asked:
        return Asked(self.to_name.data or "", self.to_address.data or "")
