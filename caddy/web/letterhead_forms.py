"""The forms of the letterhead's page: contact, bank account, logo."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp

from caddy.domain.letterheads import LONGEST_DUE_DAYS, Contact
from caddy.web.forms import Form, WholeField

TOO_LONG = "That is too long."
NAMES = ("street", "suburb", "postcode", "contact_email", "contact_phone")


class ContactForm(Form):
    street = StringField("Street", [Length(max=200, message=TOO_LONG)])
    suburb = StringField("Suburb", [Length(max=200, message=TOO_LONG)])
    postcode = StringField(
        "Postcode",
        [Optional(), Regexp(r"^\d{4}$", message="A postcode has 4 digits.")],
        render_kw={"inputmode": "numeric"},
    )
    contact_phone = StringField(
        "Phone", [Length(max=40, message=TOO_LONG)], render_kw={"type": "tel"}
    )
    contact_email = StringField(
        "Email address",
        [
            Optional(),
            Length(max=254, message=TOO_LONG),
            Email("Enter an email address, such as office@example.org."),
        ],
        render_kw={"type": "email"},
    )

    def contact(self) -> Contact:
        return Contact(**{name: self[name].data or None for name in NAMES})


class BankForm(Form):
    account_name = StringField("Account name", [Length(max=200, message=TOO_LONG)])
    bsb = StringField(
        "BSB",
        [Length(max=12, message=TOO_LONG)],
        description="6 digits, such as 062-000.",
        render_kw={"inputmode": "numeric"},
    )
    account_number = StringField(
        "Account number", [Length(max=20, message=TOO_LONG)], render_kw={"inputmode": "numeric"}
    )
    due_days = WholeField(
        "Invoices are to be paid within (days)",
        [
            InputRequired("Enter a number of days."),
            NumberRange(0, LONGEST_DUE_DAYS, f"Between 0 and {LONGEST_DUE_DAYS}."),
        ],
        render_kw={"inputmode": "numeric"},
    )


class LogoForm(Form):
    logo = FileField(
        "Logo",
        [FileRequired("Choose a picture.")],
        description="A picture as PNG or JPEG, of at most 1 MB.",
        render_kw={"accept": ".png,.jpg,.jpeg,image/png,image/jpeg"},
    )


def stored(organization: Any) -> dict[str, Form]:
    """Return the forms of the page with what is kept now."""
    return {
        "contact": ContactForm(
            formdata=None, data={name: getattr(organization, name) for name in NAMES}
        ),
        "bank": BankForm(
            formdata=None,
            data={
                "account_name": organization.bank_account_name,
                "bsb": organization.bank_bsb,
                "account_number": organization.bank_account_number,
                "due_days": organization.invoice_due_days,
            },
        ),
        "logo": LogoForm(formdata=None),
    }
