"""The organization's own choices: lights, alerts, checks, numbers, qualifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import settings as actions
from caddy.actions.organizations import set_light_thresholds
from caddy.domain.permissions import Permission
from caddy.domain.words import say_list
from caddy.queries import organizations
from caddy.web.access import actor, confirmed, requires
from caddy.web.forms import Form
from caddy.web.pages import page
from caddy.web.settings_forms import (
    AlertsForm,
    ChecksForm,
    PaceForm,
    ProviderForm,
    QualificationsForm,
    SecondFactorForm,
    SignatureForm,
    ThresholdsForm,
    stored,
)

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    return _settings({})


@blueprint.post("/thresholds")
@requires(Permission.ORGANIZATION_WRITE)
def thresholds() -> ResponseReturnValue:
    form: Any = ThresholdsForm()
    return _save(
        "lights",
        form,
        lambda: set_light_thresholds(form.amber_percent.data, form.red_percent.data, actor=actor),
        lambda: (
            f"Lights turn amber above {form.amber_percent.data} % "
            f"and red above {form.red_percent.data} %."
        ),
    )


@blueprint.post("/alerts")
@requires(Permission.ORGANIZATION_WRITE)
def alerts() -> ResponseReturnValue:
    form: Any = AlertsForm()
    return _save(
        "alerts",
        form,
        lambda: actions.set_alert_thresholds(
            form.warning_percent.data, form.critical_percent.data, actor=actor
        ),
        lambda: (
            f"Alerts are raised above {form.warning_percent.data} % "
            f"and above {form.critical_percent.data} %."
        ),
    )


@blueprint.post("/pace")
@requires(Permission.ORGANIZATION_WRITE)
def pace() -> ResponseReturnValue:
    form: Any = PaceForm()
    return _save(
        "pace",
        form,
        lambda: actions.set_pace_variance(form.pace_variance_percent.data, actor=actor),
        lambda: f"Pace may differ by {form.pace_variance_percent.data} percentage points.",
    )


@blueprint.post("/checks")
@requires(Permission.ORGANIZATION_WRITE)
def checks() -> ResponseReturnValue:
    form = ChecksForm()
    return _save(
        "checks",
        form,
        lambda: actions.set_check_times(form.times(), actor=actor),
        lambda: "The times of the checks were saved.",
    )


@blueprint.post("/qualifications")
@requires(Permission.ORGANIZATION_WRITE)
def qualifications() -> ResponseReturnValue:
    form = QualificationsForm()
    return _save(
        "qualifications",
        form,
        lambda: actions.set_required_qualifications(form.kinds(), actor=actor),
        lambda: (
            f"Workers must hold: {say_list([kind.label.lower() for kind in form.kinds()])}."
            if form.kinds()
            else "Nothing is required of workers."
        ),
    )


@blueprint.post("/provider")
@requires(Permission.ORGANIZATION_WRITE)
def provider() -> ResponseReturnValue:
    form: Any = ProviderForm()
    return _save(
        "provider",
        form,
        lambda: actions.set_provider_numbers(
            form.abn.data or "", form.ndis_registration.data or "", actor=actor
        ),
        lambda: "The numbers that stand on claims were saved.",
    )


@blueprint.post("/signatures")
@requires(Permission.ORGANIZATION_WRITE)
def signatures() -> ResponseReturnValue:
    form = SignatureForm()
    is_required = bool(form.is_required.data)
    return _save(
        "signatures",
        form,
        lambda: actions.set_signature_rule(is_required=is_required, actor=actor),
        lambda: (
            "Services without the name of who confirmed them are held back from claims."
            if is_required
            else "Services are claimed without the name of who confirmed them."
        ),
    )


@blueprint.post("/second-factor")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def second_factor() -> ResponseReturnValue:
    form = SecondFactorForm()
    is_required = bool(form.is_second_factor_required.data)
    return _save(
        "second_factor",
        form,
        lambda: actions.set_second_factor_rule(is_required=is_required, actor=actor),
        lambda: (
            "Everyone needs a second step to sign in. Who has none sets one up first."
            if is_required
            else "A second step to sign in is a choice of each person."
        ),
    )


def _save(
    name: str, form: Any, save: Callable[[], None], said: Callable[[], str]
) -> ResponseReturnValue:
    """Save one of the forms and say so, or show the page again with what is wrong with it."""
    if form.saves(save):
        flash(said())
        return redirect(url_for("settings.show"), 303)
    return _settings({name: form}, status=422)


def _settings(refused: dict[str, Form], status: int = 200) -> ResponseReturnValue:
    organization = organizations.current()
    forms = stored(organization) | refused
    return page("settings/show.html", forms=forms, organization=organization, status=status)
