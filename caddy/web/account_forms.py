"""The forms by which people come in: addresses, passwords, signing up, accepting."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from caddy.actions.invitations import Acceptance
from caddy.actions.sign_ups import SignUp
from caddy.clock import STATE_ZONES
from caddy.domain.ndis.identifiers import parse_abn
from caddy.domain.passwords import LONGEST, SHORTEST
from caddy.domain.permissions import MEANINGS, ROLE_PERMISSIONS, Permission, Role
from caddy.domain.sentences import sentence
from caddy.web.forms import Form, choices, says

TOO_LONG = "That is too long."
NEW_HINT = sentence(
    "At least {count} letters, digits or signs. A few words that have nothing to do with each "
    "other are easy to remember and hard to guess.",
    count=SHORTEST,
)


def _has_an_at(_form: Any, field: Any) -> None:
    name, _, domain = (field.data or "").rpartition("@")
    if not name or not domain:
        raise ValidationError("Enter an email address, such as sam@provider.example.")


def address_field(autocomplete: str = "username") -> EmailField:
    return EmailField(
        "Email address",
        [
            InputRequired("Enter an email address."),
            Length(max=254, message=TOO_LONG),
            _has_an_at,
        ],
        render_kw={"autocomplete": autocomplete},
    )


def new_password_field(label: str = "Password") -> PasswordField:
    return PasswordField(
        label,
        [InputRequired("Choose a password."), Length(max=LONGEST, message=TOO_LONG)],
        description=NEW_HINT,
        render_kw={"autocomplete": "new-password"},
    )


def _name_field(label: str, autocomplete: str) -> StringField:
    return StringField(
        label,
        [InputRequired("Enter your name."), Length(max=200, message=TOO_LONG)],
        render_kw={"autocomplete": autocomplete},
    )


class AddressForm(Form):
    """Where a link is to be sent."""

    email = address_field()


class SignUpForm(Form):
    organization_name = StringField(
        "Name of the organization",
        [InputRequired("Enter its name."), Length(max=200, message=TOO_LONG)],
        render_kw={"autocomplete": "organization"},
    )
    abn = StringField(
        "ABN",
        [InputRequired("Enter the ABN."), says(parse_abn)],
        description="Eleven digits.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    state = SelectField(
        "State",
        [InputRequired("Choose a state.")],
        choices=choices(("", "Choose"), *((state, state) for state in STATE_ZONES)),
    )
    first_name = _name_field("Your first name", "given-name")
    last_name = _name_field("Your last name", "family-name")
    email = address_field()
    password = new_password_field()

    def wanted(self) -> SignUp:
        return SignUp(
            organization_name=self.organization_name.data or "",
            abn=self.abn.data or "",
            state=self.state.data,
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            email=self.email.data or "",
            password=self.password.data or "",
        )


class AcceptForm(Form):
    first_name = _name_field("Your first name", "given-name")
    last_name = _name_field("Your last name", "family-name")
    password = new_password_field()

    def entered(self) -> Acceptance:
        return Acceptance(
            self.first_name.data or "", self.last_name.data or "", self.password.data or ""
        )


class NewPasswordForm(Form):
    new = new_password_field("New password")


class ChangePasswordForm(Form):
    current = PasswordField(
        "Your password now",
        [InputRequired("Enter your password."), Length(max=LONGEST, message=TOO_LONG)],
        render_kw={"autocomplete": "current-password"},
    )
    new = new_password_field("New password")


class InvitationForm(Form):
    email = address_field("off")
    role = SelectField(
        "Role",
        [InputRequired("Choose a role.")],
        choices=choices(("", "Choose"), *((role.value, role.label) for role in Role)),
    )


class RoleForm(Form):
    role = SelectField(
        "Role",
        [InputRequired("Choose a role.")],
        choices=choices(*((role.value, role.label) for role in Role)),
    )


class PermissionsForm(Form):
    """What someone may do besides what their role lets them."""

    permissions = SelectMultipleField(
        "May also",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=True,
    )

    def offer(self, role: Role) -> None:
        self.permissions.choices = choices(
            *(
                (permission.value, meaning)
                for permission, meaning in MEANINGS.items()
                if permission not in ROLE_PERMISSIONS[role]
            )
        )

    def wanted(self) -> set[Permission]:
        return {Permission(word) for word in self.permissions.data or []}
