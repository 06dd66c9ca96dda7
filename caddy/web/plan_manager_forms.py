"""The form of a plan manager: the name that plans have, and where an invoice goes."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from caddy.domain.ndis.catalogue import STATES
from caddy.domain.ndis.identifiers import parse_abn, show_abn
from caddy.domain.plan_managers import ManagerEntry
from caddy.web.forms import Form, choices, says, stored

TOO_LONG = "That is too long."


class ManagerForm(Form):
    name = StringField(
        "Name",
        [InputRequired("Enter the name."), Length(max=200, message=TOO_LONG)],
        description="As plans write it: invoices find the address by it.",
    )
    abn = StringField("ABN", [Optional(), says(parse_abn)], render_kw={"inputmode": "numeric"})
    email = StringField(
        "Email address for invoices",
        [
            Optional(),
            Length(max=254, message=TOO_LONG),
            Email("Enter an email address, such as invoices@example.org."),
        ],
        render_kw={"type": "email"},
    )
    phone = StringField("Phone", [Length(max=40, message=TOO_LONG)], render_kw={"type": "tel"})
    street = StringField("Street or box", [Length(max=200, message=TOO_LONG)])
    suburb = StringField("Suburb", [Length(max=200, message=TOO_LONG)])
    state = SelectField(
        "State", choices=choices(("", "Choose a state"), *((s, s) for s in STATES)), default=""
    )
    postcode = StringField(
        "Postcode",
        [Optional(), Regexp(r"^\d{4}$", message="A postcode has 4 digits.")],
        render_kw={"inputmode": "numeric"},
    )

    def entry(self) -> ManagerEntry:
        names = ManagerEntry.__dataclass_fields__
        more = {name: self[name].data or None for name in names if name != "name"}
        return ManagerEntry(name=self.name.data or "", **more)


def form_of(row: Any) -> ManagerForm:
    """Return the form of what is kept of a plan manager."""
    form: ManagerForm = stored(ManagerForm, row, {"abn": show_abn(row.abn) if row.abn else ""})
    return form
