"""Service agreements: a participant's list, drafting, signing, ending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import agreements as actions
from caddy.actions import attachments as attachment_actions
from caddy.domain.documents import LinkName
from caddy.domain.errors import CHANGED, Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import (
    agreements,
    attachments,
    participants,
    services,
    signings,
    support_items,
)
from caddy.queries.agreements import AgreementRecord
from caddy.queries.participants import ParticipantRecord
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.agreement_forms import (
    MOST_ROWS,
    AgreementForm,
    EndingForm,
    SigningForm,
    entered_agreement,
)
from caddy.web.conflicts import Conflicting, conflicting, seen
from caddy.web.document_views import listed
from caddy.web.downloads import Listing, as_file
from caddy.web.forms import begins_at, stored
from caddy.web.pages import page
from caddy.web.uploads import FileForm, upload_of

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/participants/<uuid:participant_id>/agreements")
@requires(Permission.PARTICIPANTS_READ)
def index(participant_id: UUID) -> ResponseReturnValue:
    record = _participant(participant_id)
    return page(
        "agreements/index.html",
        part="results",
        participant=record.participant,
        rows=agreements.of_participant(participant_id),
        today=clock.today(person.timezone),
    )


@as_file(blueprint, "/participants/<uuid:participant_id>/agreements")
@requires(Permission.PARTICIPANTS_READ)
def download(participant_id: UUID) -> Listing:
    _participant(participant_id)
    return listings.agreements(agreements.of_participant(participant_id))


@blueprint.get("/participants/<uuid:participant_id>/agreements/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new(participant_id: UUID) -> ResponseReturnValue:
    record = _participant(participant_id)
    today = clock.today(person.timezone)
    starts_on = arguments.day("from") or today
    plan = record.plan_on(starts_on)
    form = AgreementForm(data={"starts_on": starts_on, "ends_on": plan.ends_on if plan else None})
    return _form_page(form, record.participant)


@blueprint.post("/participants/<uuid:participant_id>/agreements")
@requires(Permission.PARTICIPANTS_WRITE)
def create(participant_id: UUID) -> ResponseReturnValue:
    record = _participant(participant_id)
    form = AgreementForm()
    if _adds_row(form):
        return _form_page(form, record.participant)
    if form.validate_on_submit() and not form.has_half_rows:
        try:
            made = actions.add_agreement(participant_id, form.agreement(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The agreement is drafted. It holds once it is signed.")
            return redirect(url_for("agreements.show", agreement_id=made), 303)
    return _form_page(form, record.participant, status=422)


@blueprint.get("/agreements/<uuid:agreement_id>")
@requires(Permission.PARTICIPANTS_READ)
def show(agreement_id: UUID) -> ResponseReturnValue:
    signing = SigningForm(data={"signed_on": clock.today(person.timezone)})
    return _show(agreement_id, signing, EndingForm(data={"on": clock.today(person.timezone)}))


def _show(
    agreement_id: UUID,
    signing_form: Any,
    ending_form: Any,
    file_form: Any = None,
    status: int = 200,
) -> ResponseReturnValue:
    record = _record(agreement_id)
    return page(
        "agreements/show.html",
        part="main",
        status=status,
        record=record,
        agreement=record.agreement,
        attachments=attachments.of_agreement(agreement_id),
        signatures=signings.of_agreement(agreement_id),
        documents=listed(LinkName.AGREEMENT, agreement_id),
        signing_form=signing_form,
        ending_form=ending_form,
        file_form=file_form or FileForm(formdata=None),
    )


@blueprint.get("/agreements/<uuid:agreement_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def edit(agreement_id: UUID) -> ResponseReturnValue:
    record = _record(agreement_id)
    return _form_page(_stored(record), _participant_of(record), record)


def _stored(record: AgreementRecord) -> AgreementForm:
    """Return the form of an agreement as it is stored."""
    form: AgreementForm = stored(AgreementForm, record.agreement, entered_agreement(record))
    return form


@blueprint.post("/agreements/<uuid:agreement_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def update(agreement_id: UUID) -> ResponseReturnValue:
    record = _record(agreement_id)
    form = AgreementForm()
    if _adds_row(form):
        return _form_page(form, _participant_of(record), record)
    if form.validate_on_submit() and not form.has_half_rows:
        try:
            actions.change_agreement(
                agreement_id, form.agreement(), seen=seen(form.version.data), actor=actor
            )
        except Conflict as error:
            record = _record(agreement_id)
            if error.code != CHANGED:
                raise
            their_url = url_for("agreements.edit", agreement_id=agreement_id)
            both = conflicting(error.message, form, _stored(record), their_url)
            return _form_page(form, _participant_of(record), record, error.status, both)
        except RuleBroken as error:
            form.refuse(error)
            record = _record(agreement_id)
        else:
            flash("The agreement was saved.")
            return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    return _form_page(form, _participant_of(record), record, status=422)


@blueprint.post("/agreements/<uuid:agreement_id>/signature")
@requires(Permission.PARTICIPANTS_WRITE)
def signature(agreement_id: UUID) -> ResponseReturnValue:
    _record(agreement_id)
    form = SigningForm()
    if form.validate_on_submit():
        upload = upload_of(form.file)
        try:
            actions.sign_agreement(
                agreement_id, form.signed_on.data, form.signed_by.data, upload, actor=actor
            )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The agreement is signed: prices and claims are checked against it.")
            return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    return _show(agreement_id, form, EndingForm(formdata=None), status=422)


@blueprint.post("/agreements/<uuid:agreement_id>/documents")
@requires(Permission.PARTICIPANTS_WRITE)
def add_document(agreement_id: UUID) -> ResponseReturnValue:
    """Keep a signed document, or a further version of it, after the signing."""
    _record(agreement_id)
    form = FileForm()
    upload = upload_of(form.file) if form.validate_on_submit() else None
    if upload is not None:
        try:
            attachment_actions.attach_to_agreement(agreement_id, upload, actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The document was added. Earlier versions are kept.")
            return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    signing, ending_form = SigningForm(formdata=None), EndingForm(formdata=None)
    return _show(agreement_id, signing, ending_form, form, status=422)


@blueprint.post("/agreements/<uuid:agreement_id>/ending")
@requires(Permission.PARTICIPANTS_WRITE)
def ending(agreement_id: UUID) -> ResponseReturnValue:
    _record(agreement_id)
    form = EndingForm()
    if form.validate_on_submit():
        try:
            actions.end_agreement(agreement_id, form.on.data, actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The agreement ends on this day.")
            return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    return _show(agreement_id, SigningForm(formdata=None), form, status=422)


def _adds_row(form: Any) -> bool:
    """Answer the “another item” button: one row more, with all that was typed kept."""
    if "add_item" not in request.form:
        return False
    if len(form.items) < MOST_ROWS:
        form.items.append_entry()
    begins_at(form.items[-1].form.item_number)
    return True


def _form_page(
    form: Any,
    participant: Any,
    record: AgreementRecord | None = None,
    status: int = 200,
    conflict: Conflicting | None = None,
) -> ResponseReturnValue:
    day = form.starts_on.data or clock.today(person.timezone)
    categories = services.categories_of(participant.id, day)
    return page(
        "agreements/form.html",
        form=form,
        participant=participant,
        agreement=record.agreement if record else None,
        options=support_items.suggestions("", day, categories),
        conflict=conflict,
        status=status,
    )


def _participant(participant_id: UUID) -> ParticipantRecord:
    record = participants.record(participant_id, seen_by=seen_by())
    if record is None:
        abort(404)
    return record


def _participant_of(record: AgreementRecord) -> Any:
    return _participant(record.agreement.participant_id).participant


def _record(agreement_id: UUID) -> AgreementRecord:
    record = agreements.record(agreement_id, seen_by=seen_by())
    if record is None:
        abort(404)
    return record
