"""Signing on the screen of someone who works here, and asking for a signature by mail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import agreement_papers, signing_links
from caddy.actions import signings as actions
from caddy.domain import shifts as rules
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.permissions import Permission
from caddy.domain.signings import SubjectKind
from caddy.queries import signing_links as links
from caddy.queries import signings
from caddy.web.access import actor, requires, seen_by
from caddy.web.pages import page, wants_fragment
from caddy.web.sent_files import shown_pdf
from caddy.web.signing_forms import LinkForm, SignatureForm

blueprint = Blueprint("signings", __name__)

MAKING = "The document is being made. This page shows it in a moment."


@blueprint.get("/agreements/<uuid:agreement_id>/signing")
@requires(Permission.PARTICIPANTS_WRITE)
def of_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Show the paper and its form; a page that waits for the paper hears nothing before."""
    found = _agreement(agreement_id)
    if found.needs_paper and request.args.get("made") == "asked" and wants_fragment():
        return "", HTTPStatus.NO_CONTENT
    return _agreement_page(agreement_id, None)


def _agreement_page(
    agreement_id: UUID, form: Any, link_form: Any = None, status: int = 200
) -> ResponseReturnValue:
    found = _agreement(agreement_id)
    paper = found.paper
    seen = {"sha256": paper.sha256} if paper else {}
    return page(
        "signings/agreement.html",
        part="main",
        status=status,
        found=found,
        agreement=found.record.agreement,
        paper=paper,
        text=found.text,
        sha256=paper.sha256 if paper else None,
        form=form or SignatureForm(SubjectKind.AGREEMENT, formdata=None, data=seen),
        link_form=link_form or LinkForm(formdata=None, data=_usual(found.participant)),
        links=links.of_agreement(agreement_id),
    )


def _usual(whom: Any) -> dict[str, str]:
    """Return whom one asks first: the participant."""
    return {"to_name": f"{whom.first_name} {whom.last_name}", "to_address": whom.email or ""}


@blueprint.post("/agreements/<uuid:agreement_id>/signing")
@requires(Permission.PARTICIPANTS_WRITE)
def sign_agreement(agreement_id: UUID) -> ResponseReturnValue:
    _agreement(agreement_id)
    form: Any = SignatureForm(SubjectKind.AGREEMENT)
    if form.saves(lambda: actions.sign_agreement(agreement_id, form.signature(), actor=actor)):
        flash("The agreement is signed: prices and claims are checked against it.")
        return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    return _agreement_page(agreement_id, form, status=422)


@blueprint.post("/agreements/<uuid:agreement_id>/paper")
@requires(Permission.PARTICIPANTS_WRITE)
def make_paper(agreement_id: UUID) -> ResponseReturnValue:
    """Have the PDF made that is signed, and go to where it is shown."""
    _agreement(agreement_id)
    agreement_papers.ask_for_paper(agreement_id, actor=actor)
    return redirect(url_for("signings.of_agreement", agreement_id=agreement_id, made="asked"), 303)


@blueprint.get("/agreements/<uuid:agreement_id>/paper")
@requires(Permission.PARTICIPANTS_READ)
def paper(agreement_id: UUID) -> Response:
    found = _agreement(agreement_id)
    if found.paper is None:
        abort(404)
    return shown_pdf(found.paper.sha256, f"{actions.paper_name(found.record.participant_name)}.pdf")


@blueprint.post("/agreements/<uuid:agreement_id>/signing-links")
@requires(Permission.PARTICIPANTS_WRITE)
def ask_for_agreement(agreement_id: UUID) -> ResponseReturnValue:
    _agreement(agreement_id)
    form: Any = LinkForm()
    if form.saves(lambda: signing_links.ask_for_agreement(agreement_id, form.asked(), actor=actor)):
        flash(f"A link to sign goes to {form.to_address.data}. It works once, for 14 days.")
        return redirect(url_for("signings.of_agreement", agreement_id=agreement_id), 303)
    return _agreement_page(agreement_id, None, form, status=422)


@blueprint.get("/services/<uuid:service_id>/signing")
@requires(Permission.SERVICES_WRITE)
def of_service(service_id: UUID) -> ResponseReturnValue:
    return _service_page(service_id, None)


def _service_page(
    service_id: UUID, form: Any, link_form: Any = None, status: int = 200
) -> ResponseReturnValue:
    found = _service(service_id)
    return page(
        "signings/service.html",
        part="main",
        status=status,
        found=found,
        service=found.service,
        text=found.text,
        sha256=found.sha256,
        form=form
        or SignatureForm(SubjectKind.SERVICE, formdata=None, data={"sha256": found.sha256}),
        link_form=link_form or LinkForm(formdata=None, data=_usual(found.participant)),
        links=links.of_service(service_id),
        is_signed=any(one.checksum == found.sha256 for one in signings.of_service(service_id)),
    )


@blueprint.post("/services/<uuid:service_id>/signing")
@requires(Permission.SERVICES_WRITE)
def sign_service(service_id: UUID) -> ResponseReturnValue:
    _service(service_id)
    form: Any = SignatureForm(SubjectKind.SERVICE)
    if form.saves(lambda: actions.sign_service(service_id, form.signature(), actor=actor)):
        flash("The support is signed.")
        return redirect(url_for("services.show", service_id=service_id), 303)
    return _service_page(service_id, form, status=422)


@blueprint.post("/services/<uuid:service_id>/signing-links")
@requires(Permission.SERVICES_WRITE)
def ask_for_service(service_id: UUID) -> ResponseReturnValue:
    _service(service_id)
    form: Any = LinkForm()
    if form.saves(lambda: signing_links.ask_for_service(service_id, form.asked(), actor=actor)):
        flash(f"A link to sign goes to {form.to_address.data}. It works once, for 14 days.")
        return redirect(url_for("signings.of_service", service_id=service_id), 303)
    return _service_page(service_id, None, form, status=422)


@blueprint.post("/signing-links/<uuid:link_id>/revocation")
@requires(Permission.SERVICES_WRITE)
def revocation(link_id: UUID) -> ResponseReturnValue:
    """Take a link back; whoever may ask for a signature may."""
    subject = links.subject_of(link_id)
    back = url_for("dashboard.show")
    if subject is None or (subject.agreement_id and not actor.may(Permission.PARTICIPANTS_WRITE)):
        abort(404)
    if subject.agreement_id is not None:
        _agreement(subject.agreement_id)
        back = url_for("signings.of_agreement", agreement_id=subject.agreement_id)
    elif subject.service_id is not None:
        _service(subject.service_id)
        back = url_for("signings.of_service", service_id=subject.service_id)
    signing_links.revoke(link_id, actor=actor)
    flash("The link is taken back: it opens nothing any more.")
    return redirect(back, 303)


def _agreement(agreement_id: UUID) -> Any:
    found = signings.agreement(agreement_id, seen_by=seen_by())
    if found is None:
        abort(404)
    return found


def _service(service_id: UUID) -> Any:
    """Return a service that is theirs to have signed, or refuse it."""
    found = signings.service(service_id, seen_by=seen_by())
    if found is None:
        raise NotFound("service")
    rules.check_handles(actor, found.service.support_worker_id)
    if not found.is_delivered:
        raise Conflict("not_finished", "Finish the shift before it is signed.")
    return found
