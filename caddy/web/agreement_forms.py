"""The forms of a service agreement: what was agreed, its signature, its end."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from caddy.domain.agreements import AgreedLine, NewAgreement
from caddy.domain.claim_types import ALL
from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.web.conflicts import version_of
from caddy.web.forms import Form, MoneyField, Part, WholeField
from caddy.web.service_forms import chosen_number
from caddy.web.uploads import ACCEPTED, HINT

FIRST_ROWS = 3
MOST_ROWS = 50
TOO_LONG = "That is too long."
WANTED_DATE = "Enter a date."


class ItemRow(Part):
    item_number = StringField(
        "Support item",
        [Length(max=400, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "list": "item-options"},
    )
    unit_price = MoneyField(
        "Agreed price", render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )


class AgreementForm(Form):
    version = HiddenField()
    starts_on = DateField("Starts", [InputRequired(WANTED_DATE)])
    ends_on = DateField("Ends", [InputRequired(WANTED_DATE)])
    review_on = DateField("Review", [Optional()])
    items = FieldList(FormField(ItemRow), min_entries=FIRST_ROWS, max_entries=MOST_ROWS)
    allows_travel = BooleanField("Provider travel, kilometres and tolls")
    allows_non_face_to_face = BooleanField("Non-face-to-face support")
    allows_ndia_reports = BooleanField("NDIA requested reports")
    allows_irregular_sil = BooleanField("Irregular SIL supports")
    cancellation_percent = WholeField(
        "Fee for a short notice cancellation, in percent",
        [
            InputRequired("Enter a percentage; 0 for no fee."),
            NumberRange(0, ALL, "Enter a percentage between 0 and 100."),
        ],
        default=ALL,
        description="Of the agreed price. The scheme allows up to 100.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    terms = TextAreaField("Other terms", [Length(max=10_000, message=TOO_LONG)])

    def validate_items(self, field: FieldList) -> None:
        """Say in a row with a price alone which half is missing."""
        for row in field:
            if row["unit_price"].data and not row["item_number"].data:
                row["item_number"].errors = ["Choose the item for this price."]

    @property
    def has_half_rows(self) -> bool:
        return any(row["unit_price"].data and not row["item_number"].data for row in self.items)

    def refuse(self, error: RuleBroken) -> None:
        """Put a refusal of an item beside its row: those that are empty do not count."""
        details = error.details if error.field == "items" else None
        if not details:
            super().refuse(error)
            return
        filled = [row for row in self.items if row["item_number"].data]
        filled[details["row"]][details["column"]].errors = [error.message]

    def agreement(self) -> NewAgreement:
        return NewAgreement(
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            review_on=self.review_on.data,
            items=tuple(
                AgreedLine(chosen_number(row["item_number"].data), row["unit_price"].cents)
                for row in self.items
                if row["item_number"].data
            ),
            allows_travel=bool(self.allows_travel.data),
            allows_non_face_to_face=bool(self.allows_non_face_to_face.data),
            allows_ndia_reports=bool(self.allows_ndia_reports.data),
            allows_irregular_sil=bool(self.allows_irregular_sil.data),
            cancellation_percent=self.cancellation_percent.data,
            terms=self.terms.data or None,
        )


class SigningForm(Form):
    signed_on = DateField("Signed on", [InputRequired(WANTED_DATE)])
    signed_by = StringField(
        "Signed by",
        [InputRequired("Say who signed the agreement."), Length(max=200, message=TOO_LONG)],
        description="The participant, or who signed for them.",
    )
    file = FileField("Signed document", description=HINT, render_kw=dict(ACCEPTED))


class EndingForm(Form):
    on = DateField("Last day", [InputRequired(WANTED_DATE)])


def entered_agreement(record: Any) -> dict[str, Any]:
    """Return a stored agreement's items as the form's rows hold them."""
    return {
        "version": version_of(record.agreement),
        "items": [
            {
                "item_number": f"{one.item_number} {one.name}",
                "unit_price": ""
                if one.unit_price_cents is None
                else dollars(one.unit_price_cents).removeprefix("$"),
            }
            for one in record.items
        ],
    }
