"""Help: a guide for each role, the words of the NDIS, the keys, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from caddy.domain import changelog, glossary
from caddy.domain.changelog import Month
from caddy.domain.permissions import Permission, Role
from caddy.queries import first_steps
from caddy.web.access import access_of, actor, person, signed_in
from caddy.web.pages import page

blueprint = Blueprint("help", __name__, url_prefix="/help")

CHANGES = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide for the people of one role; `endpoint` is also its template's name."""

    role: Role
    title: str
    about: str

    @property
    def endpoint(self) -> str:
        return f"help.{self.role.value}"

    @property
    def is_own(self) -> bool:
        return person.role is self.role


GUIDES = (
    Guide(
        Role.SUPPORT_WORKER,
        "For support workers",
        "Your shifts, logging a service, and what to do when something goes wrong.",
    ),
    Guide(
        Role.COORDINATOR,
        "For coordinators",
        "Participants and their plans, the roster, budgets, and the registers.",
    ),
    Guide(
        Role.FINANCE,
        "For finance",
        "Claims, held back services, answers, payments and the books.",
    ),
    Guide(
        Role.ADMIN,
        "For administrators",
        "Setting up, staff and their accounts, the catalogue, and keeping records.",
    ),
    Guide(Role.VIEWER, "For viewers", "Looking at everything and changing nothing."),
)


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    leads = actor.may(Permission.ORGANIZATION_WRITE)
    return page(
        "help/index.html",
        guides=GUIDES,
        has_hidden_steps=leads and first_steps.are_hidden(person.id),
    )


@blueprint.get("/words")
@signed_in
def words() -> ResponseReturnValue:
    return page("help/words.html", entries=glossary.entries())


@blueprint.get("/keys")
@signed_in
def keys() -> ResponseReturnValue:
    return page("help/keys.html")


@blueprint.get("/changes")
@signed_in
def changes() -> ResponseReturnValue:
    return page("help/changes.html", months=_months())


@lru_cache(maxsize=1)
def _months() -> list[Month]:
    """Read the list of changes once: it comes with the program, and changes with it."""
    return changelog.months_of(CHANGES.read_text(encoding="utf-8")) if CHANGES.exists() else []


def _view_of(guide: Guide) -> Callable[[], ResponseReturnValue]:
    def view() -> ResponseReturnValue:
        return page(f"help/{guide.role.value}.html", guide=guide)

    return signed_in(view)


for one in GUIDES:
    address = f"/{one.role.value.replace('_', '-')}"
    blueprint.add_url_rule(address, endpoint=one.role.value, view_func=_view_of(one))


@blueprint.app_template_global()
def may_open(endpoint: str) -> bool:
    """Say whether the signed-in person may open a page, so that help leads nobody to a 403."""
    access = access_of(current_app, endpoint)
    return access is not None and (access.permission is None or actor.may(access.permission))


blueprint.add_app_template_global(glossary.anchor, "glossary_anchor")
blueprint.add_app_template_global(glossary.meaning, "glossary_meaning")
