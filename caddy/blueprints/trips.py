"""One line of the trip to a support: corrected by itself, for a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.actions import trips
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.sentences import sentence
from caddy.domain.travel import Leg, Travel
from caddy.domain.trips import leg_of, wall_minutes
from caddy.queries import roster
from caddy.web.access import actor, requires
from caddy.web.pages import page
from caddy.web.sent import stored
from caddy.web.shift_forms import TripForm
from caddy.web.shift_views import as_seen, both_versions, shift_to_change

blueprint = Blueprint("trips", __name__)


@blueprint.get("/services/<uuid:service_id>/trip")
@requires(Permission.SERVICES_WRITE)
def correcting(service_id: UUID) -> ResponseReturnValue:
    line, leg = _line(service_id)
    return _form_page(_form(line, leg), line, leg)


@blueprint.post("/services/<uuid:service_id>/trip")
@requires(Permission.SERVICES_WRITE)
def correct(service_id: UUID) -> ResponseReturnValue:
    line, leg = _line(service_id)
    form = TripForm()
    if not form.validate_on_submit():
        return _form_page(form, line, leg, 422)
    travel = form.travel or Travel()
    try:
        cents = trips.correct_trip(service_id, form.seen, travel, form.reason.data, actor=actor)
    except Conflict as error:
        line, leg = _line(service_id)
        theirs = _form(line, leg)
        return _form_page(form, line, leg, **both_versions(service_id, error, form, theirs))
    except RuleBroken as error:
        form.refuse(error)
        return _form_page(form, line, leg, 422)
    return stored(service_id, sentence("Corrected. It costs {amount} now.", amount=dollars(cents)))


def _line(service_id: UUID) -> tuple[Any, Leg]:
    """Return a line of a trip that is theirs to change, and which part of the trip it is."""
    line = shift_to_change(service_id)
    if not line.claim_type.is_travel or line.main_service_id is None:
        raise NotFound("service")
    main = roster.shift(line.main_service_id, seen_by=actor.seen_by)
    if main is None:
        raise NotFound("service")
    return line, leg_of(line.claim_type, line.started_at, main.started_at)


def _form(line: Any, leg: Leg) -> TripForm:
    """Return the form of a line as it is. Of kilometres and tolls only their sum is kept."""
    entered: dict[str, Any] = {"travel_people": line.people}
    if leg is not Leg.COSTS:
        entered[leg.field] = wall_minutes(line.start_time, line.end_time)
    return TripForm(formdata=None, data=as_seen(line, **entered))


def _form_page(
    form: TripForm, line: Any, leg: Leg, status: int = 200, **more: Any
) -> ResponseReturnValue:
    return page("trips/correction.html", form=form, shift=line, leg=leg, status=status, **more)
