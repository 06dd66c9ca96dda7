"""The forms of the organization's settings, each small enough to be understood by itself."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from caddy.actions.settings import CheckTimes
from caddy.actions.sites import SiteEntry
from caddy.domain.ndis.catalogue import STATES
from caddy.domain.ndis.identifiers import show_abn
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import WEEKDAYS
from caddy.web.forms import Form, choices

TOO_LONG = "That is too long."
NOON = 12


def _percent(label: str, lowest: int, highest: int, description: str) -> IntegerField:
    return IntegerField(
        label,
        [
            InputRequired("Enter a percentage."),
            NumberRange(lowest, highest, f"Between {lowest} and {highest}."),
        ],
        description=description,
        render_kw={"inputmode": "numeric"},
    )


def _numbers(label: str, labels: dict[int, str]) -> SelectField:
    pairs = choices(*((str(number), text) for number, text in labels.items()))
    return SelectField(label, [InputRequired("Choose one.")], choices=pairs)


def _hour(label: str) -> SelectField:
    hours = {hour: f"{hour % NOON or NOON} {'am' if hour < NOON else 'pm'}" for hour in range(24)}
    return _numbers(label, hours)


class ThresholdsForm(Form):
    amber_percent = _percent(
        "Amber above (percent used)", 1, 99, "Up to this share a budget's light is green."
    )
    red_percent = _percent(
        "Red above (percent used)", 2, 100, "Up to this share the light is amber."
    )


class AlertsForm(Form):
    warning_percent = _percent(
        "First alert above (percent used)", 1, 99, "Those who watch a participant are told."
    )
    critical_percent = _percent(
        "Second alert above (percent used)", 2, 100, "They are told again, more urgently."
    )


class PaceForm(Form):
    pace_variance_percent = _percent(
        "Tell when spending is off pace by (percentage points)",
        1,
        100,
        "Half-way through a plan, an even pace has spent half. With 15, one is told "
        "below 35 % and above 65 %.",
    )


class ChecksForm(Form):
    daily_check_hour = _hour("Every day: budgets, at")
    weekly_check_weekday = _numbers("Every week: pace, on", dict(enumerate(WEEKDAYS)))
    weekly_check_hour = _hour("Every week: pace, at")
    monthly_notice_day = _numbers(
        "Every month: plans that end, on day", {day: str(day) for day in range(1, 29)}
    )
    monthly_notice_hour = _hour("Every month: plans that end, at")

    def times(self) -> CheckTimes:
        names = CheckTimes.__dataclass_fields__
        return CheckTimes(**{name: int(self[name].data) for name in names})


class QualificationsForm(Form):
    required = SelectMultipleField(
        "Required of every worker",
        choices=choices(*((kind.value, kind.label) for kind in QualificationKind)),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def kinds(self) -> list[QualificationKind]:
        return [kind for kind in QualificationKind if kind.value in self.required.data]


class ProviderForm(Form):
    abn = StringField(
        "ABN",
        [Length(max=20, message=TOO_LONG)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    ndis_registration = StringField(
        "NDIS registration number",
        [Length(max=40, message=TOO_LONG)],
        description="Needed for participants whose plan the NDIA manages.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class SignatureForm(Form):
    is_required = BooleanField("A service is claimed only when somebody confirmed it by name")


class SecondFactorForm(Form):
    is_second_factor_required = BooleanField("Everyone needs a second step to sign in")


class SiteForm(Form):
    name = StringField(
        "Name",
        [InputRequired("Enter a name."), Length(max=200, message=TOO_LONG)],
        description="What everyone calls it, such as Banksia House.",
    )
    street = StringField("Street", [Length(max=200, message=TOO_LONG)])
    suburb = StringField("Suburb", [Length(max=200, message=TOO_LONG)])
    state = SelectField(
        "State", choices=choices(("", "Choose a state"), *((s, s) for s in STATES)), default=""
    )
    postcode = StringField(
        "Postcode",
        [Optional(), Regexp(r"^\d{4}$", message="A postcode has 4 digits.")],
        render_kw={"inputmode": "numeric"},
    )

    def entry(self) -> SiteEntry:
        more = {name: self[name].data or None for name in ("street", "suburb", "state", "postcode")}
        return SiteEntry(name=self.name.data, **more)


def stored(organization: Any) -> dict[str, Form]:
    """Return every form of the settings page with what is chosen now."""
    times = {name: str(getattr(organization, name)) for name in CheckTimes.__dataclass_fields__}
    return {
        "lights": ThresholdsForm(
            formdata=None,
            data={
                "amber_percent": organization.light_amber_percent,
                "red_percent": organization.light_red_percent,
            },
        ),
        "alerts": AlertsForm(
            formdata=None,
            data={
                "warning_percent": organization.alert_warning_percent,
                "critical_percent": organization.alert_critical_percent,
            },
        ),
        "pace": PaceForm(
            formdata=None, data={"pace_variance_percent": organization.pace_variance_percent}
        ),
        "checks": ChecksForm(formdata=None, data=times),
        "provider": ProviderForm(
            formdata=None,
            data={
                "abn": show_abn(organization.abn) if organization.abn else "",
                "ndis_registration": organization.ndis_registration or "",
            },
        ),
        "signatures": SignatureForm(
            formdata=None, data={"is_required": organization.is_signature_required}
        ),
        "second_factor": SecondFactorForm(formdata=None, obj=organization),
        "qualifications": QualificationsForm(
            formdata=None, data={"required": organization.required_qualifications}
        ),
    }
