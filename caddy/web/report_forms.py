"""The forms of reports: a small one for each kind, with what it is asked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from caddy.domain.claims import claim_number
from caddy.domain.money import dollars
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.report_kinds import ReportKind
from caddy.domain.words import say_date
from caddy.web.forms import Form, choices
from caddy.web.participant_choice import ParticipantField

LONGEST = timedelta(days=3 * 366)
WANTED_DATE = "Enter a date."
ALL_MODULES = ("", "All of them")


class ReportForm(Form):
    """What every form of a report can say: its values, as its maker gets them."""

    def params(self, kind: ReportKind) -> dict[str, str]:
        """Return what was chosen as text, with the kind: a task keeps it."""
        chosen = {name: self._fields[name].data for name in kind.asks}
        return {"kind": kind.value} | {
            name: value.isoformat() if isinstance(value, date) else str(value or "")
            for name, value in chosen.items()
        }

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        starts_on, ends_on = self._fields.get("starts_on"), self._fields.get("ends_on")
        if starts_on is None or ends_on is None:
            return True
        if ends_on.data < starts_on.data:
            ends_on.errors = ["The period ends before it begins."]
        elif ends_on.data - starts_on.data > LONGEST:
            ends_on.errors = ["Choose a period of three years at the most."]
        return not ends_on.errors


def _claims() -> Any:
    return SelectField(
        "Claim", [InputRequired("Choose a claim.")], validate_choice=False, choices=[]
    )


def _participant() -> Any:
    # Whoever is not there is answered by the action: 404.
    return ParticipantField("Participant", validate_choice=False)


class ClaimForm(ReportForm):
    claim_id = _claims()


class InvoiceForm(ReportForm):
    claim_id = _claims()


class StatementForm(ReportForm):
    participant_id = _participant()
    starts_on = DateField("From", [InputRequired(WANTED_DATE)])
    ends_on = DateField("To", [InputRequired(WANTED_DATE)])


class BudgetForm(ReportForm):
    participant_id = _participant()


def module_field() -> Any:
    return SelectField(
        "Module of the NDIS Practice Standards",
        validate_choice=False,
        choices=choices(ALL_MODULES, *((one.value, one.label) for one in PracticeModule)),
    )


class ComplianceForm(ReportForm):
    module = module_field()
    starts_on = DateField("From", [InputRequired(WANTED_DATE)])
    ends_on = DateField("To", [InputRequired(WANTED_DATE)])


class EvidenceForm(ReportForm):
    """What an evidence pack is asked with: the same as the report in it."""

    module = module_field()
    starts_on = DateField("From", [InputRequired(WANTED_DATE)])
    ends_on = DateField("To", [InputRequired(WANTED_DATE)])

    @classmethod
    def of_last_year(cls, today: date) -> EvidenceForm:
        """Return the form with the year up to a day: what most audits ask for."""
        first = today - timedelta(days=365)
        return cls(formdata=None, data={"starts_on": first, "ends_on": today})

    def asked(self) -> dict[str, str]:
        """Return what was chosen as text: a task keeps it."""
        return {
            "module": str(self.module.data or ""),
            "starts_on": self.starts_on.data.isoformat(),
            "ends_on": self.ends_on.data.isoformat(),
        }


FORMS: dict[ReportKind, type[ReportForm]] = {
    ReportKind.CLAIM: ClaimForm,
    ReportKind.INVOICE: InvoiceForm,
    ReportKind.STATEMENT: StatementForm,
    ReportKind.BUDGET: BudgetForm,
    ReportKind.COMPLIANCE: ComplianceForm,
}


def form_of(
    kind: ReportKind,
    today: date,
    claims: Sequence[Any],
    seen_by: UUID | None,
    *,
    chosen: Mapping[str, str] | None = None,
    is_sent: bool = False,
) -> ReportForm:
    """Return the form of a kind: as it was sent, or with the last whole month and `chosen`."""
    ends_on = today.replace(day=1) - timedelta(days=1)
    first = {"starts_on": ends_on.replace(day=1), "ends_on": ends_on, **(chosen or {})}
    extra = {} if is_sent else {"formdata": None, "data": first}
    form = FORMS[kind](prefix=f"{kind.value}-", **extra)
    fields: Any = form._fields
    if "claim_id" in fields:
        fields["claim_id"].choices = choices(
            ("", "Choose a claim"), *((str(one.id), _claim_label(one)) for one in claims)
        )
    if "participant_id" in fields:
        fields["participant_id"].offer(seen_by)
    return form


def _claim_label(one: Any) -> str:
    ends_on = say_date(one.period_ends_on)
    return f"{claim_number(one.number)}, to {ends_on}, {dollars(one.total_cents)}"
