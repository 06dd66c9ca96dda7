"""The forms of second factors: a code of an app, a code on paper, and confirming who one is."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from caddy.domain.passwords import LONGEST
from caddy.web.forms import Form

TOO_LONG = "That is too long."
LONGEST_CODE = 40


def code_field(label: str = "Code of your app") -> StringField:
    """Return the field for the six digits that an app shows."""
    return StringField(
        label,
        [InputRequired("Enter the code."), Length(max=LONGEST_CODE, message=TOO_LONG)],
        description="Six digits. Your app shows new ones every half minute.",
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"},
    )


class CodeForm(Form):
    code = code_field()


class SecondStepForm(CodeForm):
    is_remembered = BooleanField(
        "Do not ask again in this browser for 30 days",
        description="Only on a device of your own. Signing out ends it.",
    )


class FirstCodeForm(Form):
    code = code_field("First code")


class RecoveryForm(Form):
    recovery_code = StringField(
        "Recovery code",
        [InputRequired("Enter the code."), Length(max=LONGEST_CODE, message=TOO_LONG)],
        description="Sixteen letters and digits that you wrote down. Each works once.",
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class PasswordForm(Form):
    password = PasswordField(
        "Your password",
        [InputRequired("Enter your password."), Length(max=LONGEST, message=TOO_LONG)],
        render_kw={"autocomplete": "current-password"},
    )
