"""Services: the list, one service, and logging one from a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import attachments as attachment_actions
from caddy.actions import services as actions
from caddy.domain import shifts
from caddy.domain.documents import LinkName
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.sentences import sentence, together
from caddy.domain.services import ServiceStatus
from caddy.domain.words import say_minutes
from caddy.queries import attachments, roster, services, signings, support_items, visibility
from caddy.queries.services import ServiceFilter
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.document_views import listed
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page
from caddy.web.sent import sent, stored
from caddy.web.service_forms import LONGEST_CHOICE, EstimateForm, ServiceForm, is_family, refused
from caddy.web.uploads import FileForm, upload_of

blueprint = Blueprint("services", __name__, url_prefix="/services")

NOTED = (ServiceStatus.IN_PROGRESS, ServiceStatus.COMPLETED)  # whose notes are changed in place


@blueprint.get("")
@requires(Permission.SERVICES_READ)
def index() -> ResponseReturnValue:
    wanted = _wanted()
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


def _wanted() -> ServiceFilter:
    after = arguments.identifier("after")
    return ServiceFilter(
        participant_id=arguments.identifier("participant"),
        worker_id=person.id if request.args.get("mine") else None,
        status=arguments.word("status", ServiceStatus),
        from_on=arguments.day("from"),
        to_on=arguments.day("to"),
        is_oldest_first=request.args.get("sort") == "oldest",
        after=services.key_of(after, seen_by=seen_by()) if after else None,
    )


@as_file(blueprint, "/services")
@requires(Permission.SERVICES_READ)
def download() -> Listing:
    wanted = _wanted()

    def fetch(after: Any) -> Any:
        return services.page(replace(wanted, after=after), seen_by=seen_by(), size=AT_ONCE)

    return listings.services(every(fetch), with_amounts=actor.may(Permission.BUDGETS_READ))


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
    """Log the service; the form's other buttons fill it in or show its cost, and store nothing."""
    form = ServiceForm()
    participant_id = _participant_id(form)
    if "use_item" in request.form:
        form.item_number.data = request.form["use_item"][:LONGEST_CHOICE]
    if {"use_item", "check"} & request.form.keys():
        return _form_page(form, participant_id, **_checked(form))
    if not form.validate_on_submit():
        return _form_page(form, participant_id, status=422)
    entry = form.entry(participant_id)
    try:
        if "split" in request.form:
            return _after_split(
                actions.log_split(entry, person.timezone, person.state, actor=actor)
            )
        logged = actions.log_service(entry, person.timezone, person.state, sent=sent(), actor=actor)
    except RuleBroken as error:
        form.refuse(error)
        return _form_page(form, participant_id, status=422)
    said = _sentence(logged)
    if is_family(form.item_number.data) and not logged.was_there:
        said = together(said, sentence("The item is {item}.", item=logged.item_name))
    return stored(logged.id, said)


def _checked(form: Any) -> dict[str, Any]:
    """Work out what the form holds now, as the live estimate would."""
    values = request.form.copy()
    values["item_number"] = form.item_number.data or ""
    return _estimated(EstimateForm(formdata=values))


def _after_split(logged: list[actions.LoggedService]) -> ResponseReturnValue:
    cents = sum(one.total_cents + one.travel_cents for one in logged)
    minutes = sum(one.minutes for one in logged)
    if all(one.was_there for one in logged):
        flash("These services were stored already. Nothing was counted twice.")
    else:
        flash(
            sentence(
                "Logged {count} services, {time}: {amount}.",
                count=len(logged),
                time=say_minutes(minutes),
                amount=dollars(cents),
            )
        )
    return redirect(url_for("services.index", participant=logged[0].participant_id), 303)


def _sentence(logged: actions.LoggedService) -> str:
    """Say what was stored, with the amount; what remains only to those who may see budgets."""
    if logged.was_there:
        return "This service was stored already. Nothing was counted twice."
    time, amount = say_minutes(logged.minutes), dollars(logged.total_cents)
    done = sentence("Logged {time}: {amount}.", time=time, amount=amount)
    if logged.travel_cents:
        travel = dollars(logged.travel_cents)
        done = sentence(
            "Logged {time}: {amount}, and {travel} for travel.",
            time=time,
            amount=amount,
            travel=travel,
        )
    if logged.remaining_cents is None or not actor.may(Permission.BUDGETS_READ):
        return done
    left = dollars(logged.remaining_cents)
    return together(done, sentence("{amount} remains in the budget.", amount=left))


def _participant_id(form: Any) -> UUID:
    try:
        return UUID(form.participant_id.data or "")
    except ValueError:
        raise NotFound("participant") from None


def _form_page(
    form: Any, participant_id: UUID, status: int = 200, **estimated: Any
) -> ResponseReturnValue:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    day = form.service_on.data or clock.today(person.timezone)
    options = support_items.suggestions("", day, services.categories_of(participant_id, day))
    return page(
        "services/new.html",
        form=form,
        whom=whom,
        options=options,
        families=support_items.family_names(options),
        status=status,
        is_whole_form=True,
        **estimated,
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
    return page(
        "services/items.html",
        part="options",
        options=options,
        families=support_items.family_names(options),
    )


@blueprint.get("/estimate")
@requires(Permission.SERVICES_WRITE)
def estimate() -> ResponseReturnValue:
    """Say what the service would cost, as far as it is filled in. Stores nothing."""
    form = EstimateForm(formdata=request.args)
    if services.name_of(_participant_id(form), seen_by=seen_by()) is None:
        raise NotFound("participant")
    return page("services/estimate.html", part="estimate", **_estimated(form))


def _estimated(form: Any) -> dict[str, Any]:
    """Return what a service would cost, or the sentence that refuses it."""
    if not form.validate():
        return {"worked_out": None, "refusal": None}
    entry = form.entry(_participant_id(form))
    try:
        worked_out = actions.estimate(
            entry, person.timezone, person.state, person.id, seen_by=seen_by()
        )
    except RuleBroken as error:
        return {"worked_out": None, **refused(error)}
    return {"worked_out": worked_out, "refusal": None}


@blueprint.get("/<uuid:service_id>")
@requires(Permission.SERVICES_READ)
def show(service_id: UUID) -> ResponseReturnValue:
    return _show(service_id, FileForm())


def _show(service_id: UUID, file_form: Any, status: int = 200) -> ResponseReturnValue:
    service, shift = (
        services.one(service_id, seen_by=seen_by()),
        roster.shift(service_id, seen_by=seen_by()),
    )
    if service is None or shift is None:
        abort(404)
    steps = shifts.steps(
        shift.status,
        may_handle=actor.may(Permission.SERVICES_WRITE)
        and shifts.may_handle(actor, shift.support_worker_id),
        may_plan=actor.may(Permission.PARTICIPANTS_WRITE),
        may_begin=shifts.is_near(shift.started_at, clock.now()),
    )
    may_note = (
        shift.status in NOTED
        and actor.may(Permission.SERVICES_WRITE)
        and shifts.may_handle(actor, shift.support_worker_id)
    )
    signatures = signings.of_service(service_id)
    as_it_is = signings.service(service_id, seen_by=None) if signatures else None
    return page(
        "services/show.html",
        part="main",
        status=status,
        service=service,
        shift=shift,
        is_mine=visibility.is_seen(service.participant_id, seen_by()),
        steps=steps,
        may_note=may_note,
        changes=roster.changes_of(service_id),
        lines=services.lines_of(service_id),
        group=roster.of_group(shift, seen_by=seen_by()),
        attachments=attachments.of_service(service_id),
        signatures=signatures,
        now_sha256=as_it_is.sha256 if as_it_is else None,
        file_form=file_form,
        documents=listed(LinkName.SERVICE, service_id),
    )


@blueprint.post("/<uuid:service_id>/attachments")
@requires(Permission.SERVICES_WRITE)
def attach(service_id: UUID) -> ResponseReturnValue:
    """Keep a file with the service: a receipt, a signed sheet."""
    if services.one(service_id, seen_by=seen_by()) is None:
        abort(404)
    form = FileForm()
    upload = upload_of(form.file) if form.validate_on_submit() else None
    if upload is None:
        return _show(service_id, form, status=422)
    try:
        attachment_actions.attach_to_service(service_id, upload, actor=actor)
    except RuleBroken as error:
        form.refuse(error)
        return _show(service_id, form, status=422)
    flash("The file was added.")
    return redirect(url_for("services.show", service_id=service_id), 303)
