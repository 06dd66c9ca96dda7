"""The register of restrictive practices, and each use of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import register_entries as actions
from caddy.domain.permissions import Permission
from caddy.queries.shelves import restrictive_practices
from caddy.queries.shelves.base import Entry, Look
from caddy.web.access import actor, person, requires
from caddy.web.register_forms import PracticeForm, UseForm
from caddy.web.register_pages import RegisterPages

blueprint = Blueprint("restrictive_practices", __name__)


def _uses(entry: Entry, _at: Look) -> dict[str, Any]:
    now = clock.local(clock.now(), person.timezone)
    form = UseForm(formdata=None, data={"used_on": now.date(), "used_time": now.time()})
    return {"uses": restrictive_practices.uses(entry.row.id), "use_form": form}


pages = RegisterPages(
    blueprint,
    restrictive_practices.SHELF,
    PracticeForm,
    "practice_id",
    more="registers/_uses.html",
    tells=_uses,
)
pages.install()


@blueprint.post("/restrictive-practices/<uuid:practice_id>/uses")
@requires(Permission.REGISTERS_WRITE)
def add_use(practice_id: UUID) -> ResponseReturnValue:
    """Record that a practice was used."""
    pages.entry(practice_id)
    form: Any = UseForm()
    if form.saves(lambda: actions.add_use(practice_id, form.use(person.timezone), actor=actor)):
        flash("The use is recorded.")
        return redirect(url_for("restrictive_practices.show", practice_id=practice_id), 303)
    return pages.shown(practice_id, use_form=form, status=422)
