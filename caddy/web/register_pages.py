"""The pages that every register has: its list and file, an entry, adding one, changing one.

A register's own blueprint says which form and which rights; what else it has, it adds itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import register_entries as actions
from caddy.domain.errors import CHANGED, Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.domain.words import say_date
from caddy.queries import services
from caddy.queries.shelves import base
from caddy.queries.shelves.base import Entry, Look, Shelf, Wanted
from caddy.queries.shelves.incidents import actions_of
from caddy.web import arguments
from caddy.web.access import access_of, actor, requires, seen_by, signed_in
from caddy.web.conflicts import Conflicting, conflicting, seen, version_of
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.forms import stored
from caddy.web.pages import page
from caddy.web.participant_choice import is_search
from caddy.web.register_forms import ActionForm, EntryForm

View = Callable[..., Any]


def opens(permission: Permission | None) -> Callable[[View], View]:
    """Open a view to those with a permission, or to everyone of staff where there is none."""
    return requires(permission) if permission else signed_in


@dataclass(frozen=True, slots=True)
class RegisterPages:
    """A register's pages. `key` names an entry's id in addresses: `complaint_id`.

    With `has_actions` it is also the column of what is to be done about its entries. `lists` and
    `reads` may be None: then everyone of staff may. `more` is a template that an entry's page
    includes, told what `tells` returns.
    """

    blueprint: Blueprint
    shelf: Shelf
    form: type[EntryForm]
    key: str
    has_actions: bool = False
    more: str | None = None
    tells: Callable[[Entry, Look], dict[str, Any]] = lambda _entry, _at: {}
    lists: Permission | None = Permission.REGISTERS_READ
    reads: Permission | None = Permission.REGISTERS_READ

    def install(self) -> None:
        """Add the routes below the register's own address."""
        one = f"/<uuid:{self.key}>"
        write = requires(Permission.REGISTERS_WRITE)
        listed, read = opens(self.lists), opens(self.reads)
        as_file(self.blueprint, self.shelf.path)(listed(_method(self.download)))
        for path, endpoint, view, method in (
            ("", "index", listed(_method(self.index)), "GET"),
            ("/new", "new", write(_method(self.new)), "GET"),
            ("", "create", write(_method(self.create)), "POST"),
            (one, "show", read(_method(self.show)), "GET"),
            (f"{one}/edit", "edit", write(_method(self.edit)), "GET"),
            (f"{one}/edit", "update", write(_method(self.update)), "POST"),
        ):
            self.blueprint.add_url_rule(self.shelf.path + path, endpoint, view, methods=[method])
        if self.has_actions:
            add_action = write(_method(self.add_action))
            path = f"{self.shelf.path}{one}/actions"
            self.blueprint.add_url_rule(path, "add_action", add_action, methods=["POST"])

    def index(self) -> ResponseReturnValue:
        return register_list(self.shelf, may_add=actor.may(Permission.REGISTERS_WRITE))

    def download(self) -> Listing:
        return register_file(self.shelf)

    def new(self) -> ResponseReturnValue:
        form = self.form(
            formdata=None, data={"participant_id": arguments.identifier("participant")}
        )
        return self._form_page(form)

    def create(self) -> ResponseReturnValue:
        form = self.form()
        if is_search():
            return self._form_page(form)
        form.offer(seen_by())
        if form.validate_on_submit():
            try:
                made = actions.add_entry(form.entry(), actor=actor)
            except RuleBroken as error:
                form.refuse(error)
            else:
                flash(f"The {self.shelf.noun} is in the register.")
                return redirect(self._address(made), 303)
        return self._form_page(form, status=422)

    def show(self, entry_id: UUID) -> ResponseReturnValue:
        return self.shown(entry_id)

    def shown(
        self, entry_id: UUID, *, action_form: Any = None, status: int = 200, **more: Any
    ) -> ResponseReturnValue:
        """Return an entry's page, with a form of its own that was refused where there is one."""
        entry, at = self.entry(entry_id), base.look()
        texts = [
            (field.label.text, getattr(entry.row, field.short_name))
            for field in self.form(formdata=None)
            if field.type == "TextAreaField" and getattr(entry.row, field.short_name)
        ]
        context: dict[str, Any] = {}
        if self.has_actions:
            action_form = action_form or ActionForm(formdata=None)
            action_form.offer()
            context = {"actions": actions_of(self.key, entry_id), "action_form": action_form}
        return page(
            "registers/show.html",
            part="main",
            status=status,
            shelf=self.shelf,
            entry=entry,
            today=at.today,
            stands=self.shelf.stands(entry.row, at),
            facts=facts(self.shelf, entry, at),
            texts=texts,
            more=self.more,
            **{**context, **self.tells(entry, at), **more},
        )

    def edit(self, entry_id: UUID) -> ResponseReturnValue:
        entry = self.entry(entry_id)
        return self._form_page(self._stored(entry), entry)

    def update(self, entry_id: UUID) -> ResponseReturnValue:
        entry = self.entry(entry_id)
        form = self.form()
        if is_search():
            return self._form_page(form, entry)
        form.offer(seen_by(), entry.row)
        if form.validate_on_submit():
            try:
                actions.change_entry(
                    entry_id, form.entry(), seen=seen(form.version.data), actor=actor
                )
            except Conflict as error:
                if error.code != CHANGED:
                    raise
                entry = self.entry(entry_id)
                theirs = self._stored(entry)
                both = conflicting(error.message, form, theirs, f"{self._address(entry_id)}/edit")
                return self._form_page(form, entry, error.status, both)
            except RuleBroken as error:
                form.refuse(error)
                entry = self.entry(entry_id)
            else:
                flash(f"The {self.shelf.noun} was saved.")
                return redirect(self._address(entry_id), 303)
        return self._form_page(form, entry, status=422)

    def add_action(self, entry_id: UUID) -> ResponseReturnValue:
        """Note what is to be done about an entry."""
        self.entry(entry_id)
        form = ActionForm()
        form.offer()
        if form.saves(lambda: actions.add_action(self.key, entry_id, form.entry(), actor=actor)):
            flash("It is noted.")
            return redirect(self._address(entry_id), 303)
        return self.shown(entry_id, action_form=form, status=422)

    def entry(self, entry_id: UUID) -> Entry:
        """Return an entry, or answer that it is not there."""
        found = base.one(self.shelf, entry_id, seen_by=seen_by())
        if found is None:
            abort(404)
        return found

    def _address(self, entry_id: UUID) -> str:
        return f"{self.shelf.path}/{entry_id}"

    def _stored(self, entry: Entry) -> EntryForm:
        form: EntryForm = stored(self.form, entry.row, {"version": version_of(entry.row)})
        form.offer(seen_by(), entry.row)
        return form

    def _form_page(
        self,
        form: EntryForm,
        entry: Entry | None = None,
        status: int = 200,
        conflict: Conflicting | None = None,
    ) -> ResponseReturnValue:
        form.offer(seen_by(), entry.row if entry else None)
        return page(
            "registers/form.html",
            shelf=self.shelf,
            form=form,
            entry=entry,
            conflict=conflict,
            status=status,
        )


def _method(method: View) -> View:
    """Return a bound method as a function of its own: access is declared on it."""

    def view(**ids: Any) -> Any:
        return method(*ids.values())

    return view


def wanted(shelf: Shelf) -> Wanted:
    """Return what an address narrows a register to; without a choice, its first."""
    choice = request.args.get("show", "")
    after = arguments.identifier("after")
    return Wanted(
        search=arguments.text("search"),
        choice=choice if choice in {*shelf.choices, "all"} else shelf.first_choice,
        participant_id=arguments.identifier("participant"),
        after=base.key_of(shelf, after, seen_by=seen_by()) if after else None,
    )


def register_list(shelf: Shelf, *, may_add: bool) -> ResponseReturnValue:
    """Return a register's page, narrowed as its address says."""
    asked, at = wanted(shelf), base.look()
    whom = asked.participant_id
    entries, following = base.page(shelf, asked, at, seen_by=seen_by())
    return page(
        "registers/index.html",
        part="results",
        shelf=shelf,
        wanted=asked,
        rows=[
            (address_of(shelf, one), _shown(shelf.cells(one, at)), shelf.stands(one.row, at))
            for one in entries
        ],
        count=base.count(shelf, asked, at, seen_by=seen_by()),
        after=following[1] if following else None,
        may_add=may_add,
        whom=services.name_of(whom, seen_by=seen_by()) if whom else None,
    )


def address_of(shelf: Shelf, entry: Entry) -> str | None:
    """Return the page that shows a row, or None where someone may not open it."""
    if shelf.links_to is None:
        return f"{shelf.path}/{entry.row.id}"
    endpoint, name = shelf.links_to
    access = access_of(current_app, endpoint)
    if access is None or (access.permission and not actor.may(access.permission)):
        return None
    return url_for(endpoint, **{name: getattr(entry.row, name, entry.row.id)})


def register_file(shelf: Shelf) -> Listing:
    """Return a register as a file, narrowed as its address says."""
    asked, at = wanted(shelf), base.look()

    def fetch(after: Any) -> Any:
        narrowed = replace(asked, after=after)
        return base.page(shelf, narrowed, at, seen_by=seen_by(), size=AT_ONCE)

    rows = ((*shelf.cells(one, at), shelf.stands(one.row, at).label) for one in every(fetch))
    return Listing(shelf.title, shelf.header, rows)


def facts(shelf: Shelf, entry: Entry, at: Look) -> list[tuple[str, Any]]:
    """Return what an entry's page says of it, by the register's own columns."""
    cells = _shown(shelf.cells(entry, at))
    return [(column.name, cell) for column, cell in zip(shelf.columns, cells, strict=True) if cell]


def _shown(cells: tuple[Any, ...]) -> list[Any]:
    return [say_date(cell) if isinstance(cell, date) else cell for cell in cells]
