"""Services: the list, one service, and logging one from a phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import services as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.services import ServiceStatus
from caddy.queries import services, support_items, visibility
from caddy.queries.services import ServiceFilter
from caddy.web import arguments
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.filters import show_minutes
from caddy.web.pages import page
from caddy.web.service_forms import EstimateForm, ServiceForm

blueprint = Blueprint("services", __name__, url_prefix="/services")


@blueprint.get("")
@requires(Permission.SERVICES_READ)
def index() -> ResponseReturnValue:
    after = arguments.identifier("after")
    wanted = ServiceFilter(
        participant_id=arguments.identifier("participant"),
        worker_id=person.id if request.args.get("mine") else None,
        status=arguments.word("status", ServiceStatus),
        from_on=arguments.day("from"),
        to_on=arguments.day("to"),
        after=services.key_of(after, seen_by=seen_by()) if after else None,
    )
    rows, following = services.page(wanted, seen_by=seen_by())
    return page(
        "services/index.html",
        part="results",
        rows=rows,
        after=following[1] if following else None,
        count=services.count(wanted, seen_by=seen_by()),
        wanted=wanted,
        whom=services.name_of(wanted.participant_id, seen_by=seen_by())
        if wanted.participant_id
        else None,
        statuses=list(ServiceStatus),
        is_mine=bool(request.args.get("mine")),
    )


@blueprint.get("/new")
@requires(Permission.SERVICES_WRITE)
def new() -> ResponseReturnValue:
    """Ask whom first, then for the service; each step is a plain page."""
    participant_id = arguments.identifier("participant")
    if participant_id is None:
        typed = arguments.text("search")
        return page(
            "services/choose.html",
            part="results",
            typed=typed,
            participants=services.participants_to_choose(typed, seen_by=seen_by()),
        )
    form = ServiceForm(data={"service_on": clock.today(person.timezone)})
    form.participant_id.data = str(participant_id)
    form.idempotency_key.data = str(uuid4())
    return _form_page(form, participant_id)


@blueprint.post("")
@requires(Permission.SERVICES_WRITE)
def create() -> ResponseReturnValue:
    form = ServiceForm()
    participant_id = _participant_id(form)
    if not form.validate_on_submit():
        return _form_page(form, participant_id, status=422)
    try:
        logged = actions.log_service(
            form.entry(participant_id), person.timezone, person.state, actor=actor
        )
    except RuleBroken as error:
        form.refuse(error)
        return _form_page(form, participant_id, status=422)
    flash(_sentence(logged))
    return redirect(url_for("services.show", service_id=logged.id), 303)


def _sentence(logged: actions.LoggedService) -> str:
    """Say what was stored, with the amount; what remains only to those who may see budgets."""
    if logged.was_there:
        return "This service was stored already. Nothing was counted twice."
    done = f"Logged {show_minutes(logged.minutes)}: {dollars(logged.total_cents)}."
    if logged.remaining_cents is None or not actor.may(Permission.BUDGETS_READ):
        return done
    return f"{done} {dollars(logged.remaining_cents)} remains in the budget."


def _participant_id(form: Any) -> UUID:
    try:
        return UUID(form.participant_id.data or "")
    except ValueError:
        raise NotFound("participant") from None


def _form_page(form: Any, participant_id: UUID, status: int = 200) -> ResponseReturnValue:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    day = form.service_on.data or clock.today(person.timezone)
    return page(
        "services/new.html",
        form=form,
        whom=whom,
        options=support_items.suggestions("", day, services.categories_of(participant_id, day)),
        status=status,
    )


@blueprint.get("/items")
@requires(Permission.SERVICES_WRITE)
def items() -> ResponseReturnValue:
    """Offer items for what is being typed: those of the participant's budgets on that day."""
    participant_id = arguments.identifier("participant_id")
    if participant_id is None or services.name_of(participant_id, seen_by=seen_by()) is None:
        abort(404)
    day = arguments.day("service_on") or clock.today(person.timezone)
    options = support_items.suggestions(
        arguments.text("item_number"), day, services.categories_of(participant_id, day)
    )
    return page("services/items.html", part="options", options=options)


@blueprint.get("/estimate")
@requires(Permission.SERVICES_WRITE)
def estimate() -> ResponseReturnValue:
    """Say what the service would cost, as far as it is filled in. Stores nothing."""
    form = EstimateForm(formdata=request.args)
    participant_id = _participant_id(form)
    if services.name_of(participant_id, seen_by=seen_by()) is None:
        raise NotFound("participant")
    worked_out, refusal = None, None
    if form.validate():
        try:
            worked_out = actions.estimate(
                form.entry(participant_id), person.timezone, person.state, seen_by=seen_by()
            )
        except RuleBroken as error:
            refusal = error.message
    return page("services/estimate.html", part="estimate", worked_out=worked_out, refusal=refusal)


@blueprint.get("/<uuid:service_id>")
@requires(Permission.SERVICES_READ)
def show(service_id: UUID) -> ResponseReturnValue:
    service = services.one(service_id, seen_by=seen_by())
    if service is None:
        abort(404)
    return page(
        "services/show.html",
        part="main",
        service=service,
        is_mine=visibility.is_seen(service.participant_id, seen_by()),
    )
