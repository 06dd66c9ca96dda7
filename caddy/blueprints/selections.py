"""Several rows of a list at once: what to do with those chosen, doing it, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import selections as actions
from caddy.actions.selections import Outcome
from caddy.domain.errors import Conflict
from caddy.domain.permissions import Permission
from caddy.domain.saved_filters import LONGEST_QUERY
from caddy.domain.selections import UNDO_MINUTES, Deed
from caddy.queries import participants as participant_reads
from caddy.queries import roster, selections
from caddy.queries.selections import Chosen
from caddy.web.access import actor, requires, seen_by
from caddy.web.pages import page
from caddy.web.saved_filters import address_of
from caddy.web.selection_forms import (
    ArchiveManyForm,
    AssignManyForm,
    CancelManyForm,
    CoordinateManyForm,
    TagManyForm,
)
from caddy.web.selections import chosen_ids, note_of, read_note

blueprint = Blueprint("selections", __name__)

Forms = dict[Deed, Any]


@blueprint.get("/services/selection")
@requires(Permission.PARTICIPANTS_WRITE)
def services() -> ResponseReturnValue:
    return _choose("services", _services(), _service_forms())


@blueprint.post("/services/selection")
@requires(Permission.PARTICIPANTS_WRITE)
def change_services() -> ResponseReturnValue:
    rows, forms = _services(), _service_forms()
    ids = [one.id for one in rows]
    doing: dict[Deed, Callable[[Any], Outcome]] = {
        Deed.CANCEL: lambda form: actions.cancel_services(ids, form.reason.data, actor=actor),
        Deed.ASSIGN: lambda form: actions.assign_worker(ids, form.worker_id, actor=actor),
    }
    return _do("services", rows, forms, doing)


@blueprint.get("/participants/selection")
@requires(Permission.PARTICIPANTS_WRITE)
def participants() -> ResponseReturnValue:
    return _choose("participants", _participants(), _participant_forms())


@blueprint.post("/participants/selection")
@requires(Permission.PARTICIPANTS_WRITE)
def change_participants() -> ResponseReturnValue:
    rows, forms = _participants(), _participant_forms()
    ids = [one.id for one in rows]
    doing: dict[Deed, Callable[[Any], Outcome]] = {
        Deed.TAG: lambda form: actions.tag_participants(ids, form.tag.data, actor=actor),
        Deed.COORDINATE: lambda form: actions.set_coordinator(
            ids, form.coordinator_id, actor=actor
        ),
        Deed.ARCHIVE: lambda form: actions.archive_participants(ids, form.reason.data, actor=actor),
    }
    return _do("participants", rows, forms, doing)


@blueprint.post("/selection/reversal")
@requires(Permission.PARTICIPANTS_WRITE)
def reversal() -> ResponseReturnValue:
    """Undo what the same person did to several rows in the last ten minutes."""
    found = read_note(request.form.get("undo", ""), actor)
    if found is None:
        raise Conflict(
            "too_late", f"This cannot be undone any more: {UNDO_MINUTES} minutes are over."
        )
    deed, done = found
    kind = "services" if deed.is_of_services else "participants"
    ids = [one.id for one in done]
    read = selections.services if deed.is_of_services else selections.participants
    rows = read(ids, seen_by=seen_by())
    seen = {one.id for one in rows}
    outcome = actions.undo(deed, [one for one in done if one.id in seen], actor=actor)
    return _told(kind, rows, outcome, deed.said_undone(len(outcome.done)), note="")


def _services() -> list[Chosen]:
    return _there(selections.services(chosen_ids(), seen_by=seen_by()))


def _participants() -> list[Chosen]:
    return _there(selections.participants(chosen_ids(), seen_by=seen_by()))


def _there(rows: list[Chosen]) -> list[Chosen]:
    if chosen_ids() and not rows:
        abort(404)
    return rows


def _service_forms() -> Forms:
    assign = AssignManyForm(prefix=Deed.ASSIGN.value)
    assign.offer(roster.workers())
    return {Deed.ASSIGN: assign, Deed.CANCEL: CancelManyForm(prefix=Deed.CANCEL.value)}


def _participant_forms() -> Forms:
    coordinate = CoordinateManyForm(prefix=Deed.COORDINATE.value)
    coordinate.offer(participant_reads.coordinators())
    return {
        Deed.TAG: TagManyForm(prefix=Deed.TAG.value),
        Deed.COORDINATE: coordinate,
        Deed.ARCHIVE: ArchiveManyForm(prefix=Deed.ARCHIVE.value),
    }


def _choose(
    kind: str, rows: list[Chosen], forms: Forms, refused: Any = None
) -> ResponseReturnValue:
    return page(
        f"selections/{kind}.html",
        rows=rows,
        count=Deed(next(iter(forms))).counted(len(rows)),
        forms={deed.value: form for deed, form in forms.items()},
        refused=refused,
        form=refused,
        narrowed=_narrowed(),
        list_url=_list_url(kind),
        status=422 if refused else 200,
    )


def _do(
    kind: str,
    rows: list[Chosen],
    forms: Forms,
    doing: dict[Deed, Callable[[Any], Outcome]],
) -> ResponseReturnValue:
    """Do what the form says to the rows; without rows or a known deed only ask again."""
    deed = next((one for one in doing if one.value == request.form.get("deed")), None)
    if deed is None or not rows:
        return _choose(kind, rows, forms)
    form = forms[deed]
    if not form.validate_on_submit():
        return _choose(kind, rows, forms, form)
    outcome = doing[deed](form)
    return _told(kind, rows, outcome, deed.said(len(outcome.done)), note_of(outcome, actor))


def _told(
    kind: str, rows: list[Chosen], outcome: Outcome, said: str, note: str
) -> ResponseReturnValue:
    titles = {one.id: one.title for one in rows}
    return page(
        "selections/done.html",
        said=said if outcome.done else "Nothing was changed",
        done=[titles.get(one.id, "") for one in outcome.done],
        refused=[(titles.get(one.id, ""), one.sentence) for one in outcome.refused],
        note=note,
        minutes=UNDO_MINUTES,
        narrowed=_narrowed(),
        list_url=_list_url(kind),
    )


def _narrowed() -> str:
    """Return the filter of the list that someone came from, to lead them back to it."""
    return request.values.get("list", "")[:LONGEST_QUERY]


def _list_url(kind: str) -> str:
    narrowed = _narrowed()
    endpoint = f"{kind}.index"
    return address_of(endpoint, narrowed) if narrowed else url_for(endpoint)
