"""Documents: the list, one with its versions, adding several at once, changing, retiring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import documents as actions
from caddy.domain.documents import (
    LARGEST_REQUEST,
    SOON,
    DocumentKind,
    Expiry,
    Link,
    LinkName,
    allowed,
    expiry,
)
from caddy.domain.errors import CHANGED, Conflict, NotFound, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import document_links, documents, organizations, services
from caddy.queries.documents import DocumentFilter, DocumentRecord
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.conflicts import conflicting, seen
from caddy.web.document_forms import EditForm, NewDocumentForm, VersionForm, edit_form
from caddy.web.document_links import address_of
from caddy.web.document_views import home_of
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page
from caddy.web.security import takes_bytes

blueprint = Blueprint("documents", __name__, url_prefix="/documents")


@blueprint.get("")
@requires(Permission.DOCUMENTS_READ)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows, after = documents.page(wanted, actor)
    return page(
        "documents/index.html",
        part="results",
        wanted=wanted,
        rows=rows,
        after=after,
        count=documents.count(wanted, actor),
        kinds=list(DocumentKind),
        whom=services.name_of(wanted.participant_id, seen_by=seen_by())
        if wanted.participant_id
        else None,
        is_expiring=wanted.expires_by is not None,
        standing=_standing,
    )


def _wanted() -> DocumentFilter:
    today = clock.today(person.timezone)
    return DocumentFilter(
        search=arguments.text("search"),
        kind=arguments.word("kind", DocumentKind),
        participant_id=arguments.identifier("participant"),
        tag=arguments.text("tag", 40),
        expires_by=today + SOON if request.args.get("expiring") else None,
        is_active=not request.args.get("retired"),
        after=arguments.identifier("after"),
    )


def _standing(row: Any) -> Expiry:
    return expiry(row.expires_on, clock.today(person.timezone))


@as_file(blueprint, "/documents")
@requires(Permission.DOCUMENTS_READ)
def download_list() -> Listing:
    wanted = _wanted()

    def fetch(after: Any) -> Any:
        return documents.page(replace(wanted, after=after), actor, size=AT_ONCE)

    return listings.documents(every(fetch), person.timezone)


@blueprint.get("/new")
@requires(Permission.DOCUMENTS_WRITE)
def new() -> ResponseReturnValue:
    """Ask first whose it is, then for the files; each step is a plain page."""
    link = _link()
    if link is None and not request.args.get("organization"):
        typed = arguments.text("search")
        return page(
            "documents/choose.html",
            part="results",
            typed=typed,
            participants=services.participants_to_choose(typed, seen_by=seen_by()),
        )
    return _new_page(NewDocumentForm(formdata=None), link)


def _link() -> Link | None:
    """Return what the address names: `?participant=<id>`, or another of the known words."""
    for name in LinkName:
        if name.value in request.args:
            link_id = arguments.identifier(name.value)
            if link_id is None:
                abort(404)
            return Link(name, link_id)
    return None


def _new_page(form: Any, link: Link | None, status: int = 200) -> ResponseReturnValue:
    target = document_links.target(link, actor)
    if target is None:
        raise NotFound("document")
    return page(
        "documents/new.html",
        form=form,
        target=target,
        link=link,
        most=_most(),
        home=home_of(link, target.user_id),
        status=status,
    )


def _most() -> str:
    return allowed(organizations.current().subscription_plan).most


@blueprint.post("")
@requires(Permission.DOCUMENTS_WRITE)
@takes_bytes(LARGEST_REQUEST)
def create() -> ResponseReturnValue:
    """Add a document for each file that came, all of them or none."""
    link, form = _link(), NewDocumentForm()
    if document_links.target(link, actor) is None:
        raise NotFound("document")
    made: list[UUID] = []
    if not form.saves(
        lambda: made.extend(actions.add_documents(form.uploads(), form.entry(), link, actor=actor))
    ):
        return _new_page(form, link, status=422)
    if len(made) == 1:
        flash("The document was added. Check that its title says what it is.")
        return redirect(url_for("documents.show", document_id=made[0]), 303)
    flash(f"{len(made)} documents were added. Their titles are from the names of the files.")
    return redirect(home_of(link), 303)


@blueprint.get("/<uuid:document_id>")
@requires(Permission.DOCUMENTS_READ)
def show(document_id: UUID) -> ResponseReturnValue:
    return _show(_record(document_id), VersionForm(formdata=None))


def _show(
    record: DocumentRecord, form: Any, address: str = "", status: int = 200
) -> ResponseReturnValue:
    link = document_links.link_of(record.document)
    target = document_links.target(link, actor)
    return page(
        "documents/show.html",
        part="main",
        record=record,
        document=record.document,
        form=form,
        link=link,
        home=home_of(link, record.document.user_id),
        target=target,
        may_change=target is not None and actor.may(Permission.DOCUMENTS_WRITE),
        most=_most(),
        address=address,
        standing=_standing,
        status=status,
    )


def _record(document_id: UUID) -> DocumentRecord:
    record = documents.record(document_id, actor)
    if record is None:
        raise NotFound("document")
    return record


def _to_change(document_id: UUID) -> DocumentRecord:
    record = _record(document_id)
    if not document_links.may_change(record.document, actor):
        raise NotFound("document")
    return record


@blueprint.get("/<uuid:document_id>/edit")
@requires(Permission.DOCUMENTS_WRITE)
def edit(document_id: UUID) -> ResponseReturnValue:
    record = _to_change(document_id)
    return page(
        "documents/edit.html", form=edit_form(record.document, formdata=None), record=record
    )


@blueprint.post("/<uuid:document_id>/edit")
@requires(Permission.DOCUMENTS_WRITE)
def update(document_id: UUID) -> ResponseReturnValue:
    record, form = _to_change(document_id), EditForm()
    conflict, status = None, 422
    try:
        if form.saves(
            lambda: actions.change_document(
                document_id, form.entry(), seen(form.version.data), actor=actor
            )
        ):
            flash("The document was saved.")
            return redirect(url_for("documents.show", document_id=document_id), 303)
    except Conflict as error:
        if error.code != CHANGED:
            raise
        status, record = error.status, _to_change(document_id)
        theirs = edit_form(record.document, formdata=None)
        their_url = url_for("documents.edit", document_id=document_id)
        conflict = conflicting(error.message, form, theirs, their_url)
    return page("documents/edit.html", form=form, record=record, conflict=conflict, status=status)


@blueprint.post("/<uuid:document_id>/versions")
@requires(Permission.DOCUMENTS_WRITE)
@takes_bytes(LARGEST_REQUEST)
def add_version(document_id: UUID) -> ResponseReturnValue:
    """Add a new version; all that were before stay."""
    record, form = _to_change(document_id), VersionForm()

    def save() -> None:
        if len(form.uploads()) != 1:
            raise RuleBroken("files", "how_many", "Choose one file.")
        actions.add_version(document_id, form.uploads()[0], actor=actor)

    if form.saves(save):
        flash("The new version was added. The earlier ones are kept.")
        return redirect(url_for("documents.show", document_id=document_id), 303)
    return _show(record, form, status=422)


@blueprint.post("/<uuid:document_id>/retirement")
@requires(Permission.DOCUMENTS_WRITE)
def retirement(document_id: UUID) -> ResponseReturnValue:
    actions.retire_document(document_id, actor=actor)
    flash("The document is retired: it is kept, and no list shows it.")
    return redirect(url_for("documents.show", document_id=document_id), 303)


@blueprint.post("/<uuid:document_id>/restoration")
@requires(Permission.DOCUMENTS_WRITE)
def restoration(document_id: UUID) -> ResponseReturnValue:
    actions.restore_document(document_id, actor=actor)
    flash("The document is back.")
    return redirect(url_for("documents.show", document_id=document_id), 303)


@blueprint.post("/<uuid:document_id>/links")
@requires(Permission.DOCUMENTS_READ)
def create_link(document_id: UUID) -> ResponseReturnValue:
    """Make an address that opens the latest version for ten minutes, and show it this once."""
    version_id = actions.note_link(document_id, actor=actor)
    return _show(_record(document_id), VersionForm(formdata=None), address_of(version_id, actor))
