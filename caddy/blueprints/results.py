"""Answers to claims: uploading a file, saying which column is which, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import result_uploads as actions
from caddy.actions.result_uploads import Uploaded
from caddy.domain.claims import LineStatus
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.result_file import guess
from caddy.domain.permissions import Permission
from caddy.queries import results
from caddy.queries.claims import remembered_mapping
from caddy.queries.results import Answer
from caddy.web import arguments
from caddy.web.access import actor, requires, seen_by
from caddy.web.pages import page
from caddy.web.result_forms import MappingForm, ResultForm, samples

blueprint = Blueprint("results", __name__, url_prefix="/claims/results")

PAGE = 50
# What a page can show, in the order in which it matters.
KINDS = {
    "rejected": "Rejected",
    "part_paid": "Part paid",
    "unknown": "Unknown",
    "ignored": "Not applied",
    "accepted": "Accepted",
    "paid": "Paid",
}


@blueprint.before_request
def _of_everyone() -> None:
    if seen_by() is not None:
        abort(404)  # an answer is of all participants


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def index() -> ResponseReturnValue:
    rows, following = results.page(arguments.identifier("after"))
    return page("results/index.html", part="results", rows=rows, after=following)


@blueprint.get("/new")
@requires(Permission.CLAIMS_WRITE)
def new() -> ResponseReturnValue:
    return page("results/new.html", form=ResultForm())


@blueprint.post("")
@requires(Permission.CLAIMS_WRITE)
def create() -> ResponseReturnValue:
    form = ResultForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            done = actions.upload_result(
                upload.stream.read(),
                upload.filename or "answer.csv",
                actor=actor,
                wants_to_choose=form.wants_to_choose.data,
            )
        except RuleBroken as error:
            form.refuse(error)
        else:
            return _on(done)
    return page("results/new.html", form=form, status=422)


def _on(done: Uploaded) -> ResponseReturnValue:
    if done.report is None:
        return redirect(url_for("results.mapping", result_id=done.id), 303)
    if done.was_loaded:
        flash("This file was loaded before. Nothing was changed; here is what came of it then.")
    else:
        told = done.report
        unknown = f", {told['unknown_rows']} unknown" if told["unknown_rows"] else ""
        flash(
            f"The answer was loaded: {told['paid']} paid, {told['part_paid']} part paid, "
            f"{told['rejected']} rejected{unknown}."
        )
    return redirect(url_for("results.show", result_id=done.id), 303)


@blueprint.get("/<uuid:result_id>/mapping")
@requires(Permission.CLAIMS_WRITE)
def mapping(result_id: UUID) -> ResponseReturnValue:
    answer = _one(result_id)
    if answer.is_read:
        return redirect(url_for("results.show", result_id=result_id))
    return _mapping_page(answer)


@blueprint.post("/<uuid:result_id>/mapping")
@requires(Permission.CLAIMS_WRITE)
def choose_mapping(result_id: UUID) -> ResponseReturnValue:
    return _mapping_page(_one(result_id), is_sent=True)


def _mapping_page(answer: Answer, *, is_sent: bool = False) -> ResponseReturnValue:
    table = actions.uploaded_table(answer.id)
    form = MappingForm.make(table, remembered_mapping(table.header_sha256) or guess(table.header))
    if is_sent and form.validate_on_submit():
        try:
            return _on(actions.load_uploaded(answer.id, form.mapping(), actor=actor))
        except RuleBroken as error:
            form.refuse(error)
    return page(
        "results/mapping.html",
        status=422 if is_sent else 200,
        answer=answer,
        form=form,
        samples=samples(table),
        row_count=len(table.rows),
    )


@blueprint.get("/<uuid:result_id>")
@requires(Permission.CLAIMS_READ)
def show(result_id: UUID) -> ResponseReturnValue:
    answer = _one(result_id)
    if not answer.is_read:
        return page("results/waiting.html", answer=answer)
    counts = {kind: len(rows) for kind, rows in _by_kind(answer.report).items()}
    first = next((kind for kind, count in counts.items() if count), "paid")
    kind = request.args.get("show") if request.args.get("show") in counts else first
    start = request.args.get("after", default=0, type=int)
    rows = _by_kind(answer.report)[str(kind)]
    shown = rows[max(start, 0) : max(start, 0) + PAGE]
    return page(
        "results/show.html",
        part="results",
        answer=answer,
        report=answer.report,
        kinds=KINDS,
        counts=counts,
        kind=kind,
        rows=shown,
        places=results.places({row["reference"] for row in shown}),
        after=start + PAGE if len(rows) > start + PAGE else None,
        rejected=LineStatus.REJECTED,
    )


def _by_kind(report: dict[str, Any]) -> dict[str, Sequence[dict[str, Any]]]:
    lines = report["lines"]
    return {
        kind: report[kind]
        if kind in {"unknown", "ignored"}
        else [line for line in lines if line["status"] == kind]
        for kind in KINDS
    }


def _one(result_id: UUID) -> Answer:
    found = results.one(result_id)
    if found is None:
        abort(404)
    return found
