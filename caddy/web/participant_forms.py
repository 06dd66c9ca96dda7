"""The forms of participants, and what they make for the actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from caddy.domain.ndis.catalogue import STATES
from caddy.domain.ndis.identifiers import parse_ndis_number
from caddy.domain.participants import Profile, area_of, placed
from caddy.domain.phones import parse_phone
from caddy.web.conflicts import version_of
from caddy.web.forms import Form, LinesField, Part, choices, says
from caddy.web.plan_forms import PlanFields

TOO_LONG = "That is too long."
CONTACT_ROWS = 2
WANTED_DATE = "Enter a date."
NO_SITE = ("", "No site: a home of their own")
# The Modified Monash Model's categories, in plain words (Department of Health, MMM 2019 and 2023).
MMM = (
    ("1", "1: a capital or another large city"),
    ("2", "2: a regional centre of over 50,000 people, or within 20 km of one"),
    ("3", "3: a large rural town of 15,000 to 50,000 people, or within 15 km of one"),
    ("4", "4: a medium rural town of 5,000 to 15,000 people, or within 10 km of one"),
    ("5", "5: a small rural town, or the country around it"),
    ("6", "6: remote, or an island less than 5 km off the coast"),
    ("7", "7: very remote, or an island more than 5 km off the coast"),
)


def _phone(label: str) -> TelField:
    return TelField(label, [Optional(), Length(max=40, message=TOO_LONG), says(parse_phone)])


def _text(label: str, longest: int = 200, **more: Any) -> StringField:
    return StringField(label, [Length(max=longest, message=TOO_LONG)], **more)


def _long_text(label: str, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=10_000, message=TOO_LONG)], **more)


class ContactRow(Part):
    name = _text("Name")
    relationship = _text("Relationship")
    phone = _phone("Phone")


class MedicalFields(Form):
    """Health: what someone who adds a participant enters, and who looks at it may change."""

    disabilities = LinesField("Disabilities", description="One a line.")
    medications = LinesField(
        "Medications", description="One a line: name, dosage, frequency, with commas between."
    )
    allergies = LinesField("Allergies", description="One a line.")
    dietary_requirements = LinesField("Dietary requirements", description="One a line.")

    def medical(self) -> dict[str, list[Any]]:
        return {
            "disabilities": self.disabilities.lines,
            "medications": [_medication(line) for line in self.medications.lines],
            "allergies": self.allergies.lines,
            "dietary_requirements": self.dietary_requirements.lines,
        }


class MedicalForm(MedicalFields):
    """Medical details alone, with the version of the profile they belong to."""

    version = HiddenField()


class ProfileForm(Form):
    version = HiddenField()
    first_name = StringField(
        "First name",
        [InputRequired("Enter the first name."), Length(max=200, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    last_name = StringField(
        "Last name",
        [InputRequired("Enter the last name."), Length(max=200, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    preferred_name = _text("Preferred name", description="What they like to be called.")
    ndis_number = StringField(
        "NDIS number",
        [InputRequired("Enter the NDIS number."), says(parse_ndis_number)],
        description="9 digits, on the plan: 430 123 456.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    date_of_birth = DateField("Date of birth", [InputRequired(WANTED_DATE)])
    gender = _text("Gender", 40)

    email = EmailField(
        "Email", [Optional(), Length(max=254, message=TOO_LONG), Email("Check this address.")]
    )
    phone = _phone("Phone")
    mobile = _phone("Mobile")
    preferred_contact_method = SelectField(
        "Preferred way to be reached",
        choices=choices(
            ("", "No preference"),
            ("mobile", "Mobile"),
            ("phone", "Phone"),
            ("email", "Email"),
            ("post", "Post"),
            ("in_person", "In person"),
        ),
    )
    street = _text("Street")
    suburb = _text("Suburb")
    state = SelectField("State", choices=choices(("", "Choose a state"), *((s, s) for s in STATES)))
    postcode = StringField(
        "Postcode",
        [Optional(), Regexp(r"^\d{4}$", message="A postcode has 4 digits.")],
        render_kw={"inputmode": "numeric"},
    )
    country = _text("Country", 40, default="Australia")
    mmm = SelectField(
        "Remoteness (Modified Monash Model)",
        choices=choices(*MMM),
        default="1",
        description="Look the address up on the Health Workforce Locator. It decides the price "
        "limits (remote in 6, very remote in 7) and how much travel may be claimed each way: 30 "
        "minutes in 1 to 3, 60 in 4 and 5. A town that the NDIA counts as remote is 6 or 7.",
    )
    site_id = SelectField(
        "Site", choices=choices(NO_SITE), description="Where they live with others, if they do."
    )
    needs_two_workers = BooleanField(
        "Needs two workers at once", description="Two shifts may then be at the same time."
    )
    contacts = FieldList(FormField(ContactRow), min_entries=CONTACT_ROWS, max_entries=10)

    communication_needs = _long_text("Communication needs")
    cultural_considerations = _long_text("Cultural considerations")
    interests = LinesField("Interests", description="One a line.")
    routines = _long_text("Routines")

    tags = _text("Tags", 400, description="Words to group by, with commas between.")
    custom_fields = LinesField("Other details", description="One a line, such as: Key safe: 1234.")

    def offer_sites(self, sites: list[tuple[str, str]]) -> None:
        self.site_id.choices = choices(NO_SITE, *sites)

    def profile(self) -> Profile:
        plain = (
            "first_name last_name country street suburb state postcode preferred_name gender email "
            "phone mobile preferred_contact_method communication_needs cultural_considerations "
            "routines"
        )
        columns: dict[str, Any] = {name: self[name].data or None for name in plain.split()}
        columns["country"] = columns["country"] or "Australia"
        columns |= placed({"mmm": int(self.mmm.data)})
        columns["site_id"] = UUID(self.site_id.data) if self.site_id.data else None
        columns["needs_two_workers"] = self.needs_two_workers.data
        columns["interests"] = self.interests.lines
        columns["custom_fields"] = {
            name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in self.custom_fields.lines)
        }
        return Profile(
            ndis_number=self.ndis_number.data,
            date_of_birth=self.date_of_birth.data,
            columns=columns,
            tags=tuple(tag.strip()[:40] for tag in self.tags.data.split(",") if tag.strip()),
            emergency_contacts=tuple(
                {name: row[name].data or "" for name in ("name", "relationship", "phone")}
                for row in self.contacts
                if row["name"].data
            ),
            medical=self.medical() if isinstance(self, MedicalFields) else {},
        )


class NewParticipantForm(PlanFields, MedicalFields, ProfileForm):
    """A participant and their first plan on one page."""


class ArchiveForm(Form):
    reason = StringField(
        "Reason",
        [InputRequired("Say why, for the record."), Length(max=400, message=TOO_LONG)],
    )


def _medication(line: str) -> dict[str, str]:
    name, dosage, frequency = (*(part.strip() for part in line.split(",", 2)), "", "")[:3]
    return {"name": name, "dosage": dosage, "frequency": frequency}


def entered_medical(medical: Any) -> dict[str, str]:
    """Return stored medical details, or none, as the form's fields hold them."""
    if medical is None:
        return {}
    medications = [
        ", ".join(filter(None, (one["name"], one["dosage"], one["frequency"])))
        for one in medical.medications
    ]
    names = ("disabilities", "allergies", "dietary_requirements")
    return {
        **{name: "\n".join(getattr(medical, name)) for name in names},
        "medications": "\n".join(medications),
    }


def entered_profile(record: Any) -> dict[str, Any]:
    """Return a stored profile as the form's fields hold it."""
    participant = record.participant
    return {
        "interests": "\n".join(participant.interests),
        "tags": ", ".join(record.tags),
        "custom_fields": "\n".join(f"{k}: {v}" for k, v in participant.custom_fields.items()),
        "contacts": [
            {"name": one.name, "relationship": one.relationship, "phone": one.phone}
            for one in record.contacts
        ],
        "mmm": str(area_of(participant.mmm, participant.price_zone)),
        "site_id": str(participant.site_id or ""),
        "version": version_of(participant),
    }
