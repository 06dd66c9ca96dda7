"""Messages: the list of one's conversations, finding words, beginning one and saying something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from caddy import events
from caddy.actions import messages as actions
from caddy.domain.errors import RuleBroken
from caddy.domain.permissions import Permission
from caddy.events import Fragment
from caddy.queries import conversation_people, conversations, inboxes, messages, services
from caddy.web import arguments, thread_views
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.message_forms import ConversationForm, MessageForm
from caddy.web.pages import page, wants_fragment
from caddy.web.thread_views import ThreadView

blueprint = Blueprint("messages", __name__, url_prefix="/messages")

MOST_SUGGESTED = 6


@blueprint.get("")
@requires(Permission.MESSAGES_WRITE)
def index() -> ResponseReturnValue:
    since = events.current_id(person.organization_id)
    typed, here = arguments.text("q"), arguments.identifier("after")
    about = _about(arguments.identifier("participant"))
    participant_id = about.id if about else None
    rows, after = conversations.page(actor, participant_id=participant_id, after=here)
    found = conversations.found(typed, actor) if typed else []
    return page(
        "messages/index.html",
        part="list",
        since=since,
        typed=typed,
        found=found,
        rows=rows,
        about=about,
        here=here,
        after=after,
    )


def _about(participant_id: UUID | None) -> Any:
    """Return the participant that an address names, where the person may see them."""
    if participant_id is None or not actor.may(Permission.PARTICIPANTS_READ):
        return None
    return services.name_of(participant_id, seen_by=seen_by())


@blueprint.get("/new")
@requires(Permission.MESSAGES_WRITE)
def new() -> ResponseReturnValue:
    return _new(ConversationForm(formdata=None))


@blueprint.post("/new")
@requires(Permission.MESSAGES_WRITE)
def create() -> ResponseReturnValue:
    form: Any = ConversationForm()
    about = _wanted()
    _offer(form, about)
    if form.validate_on_submit():
        try:
            begun = form.begun(about.id if about else None)
            conversation_id = actions.start(begun, form.said(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("messages.show", conversation_id=conversation_id), 303)
    return _new(form, status=422)


def _wanted() -> Any:
    """Return the participant that is named; 404 where they are not there for the person."""
    named = request.values.get("participant", "")
    if not named:
        return None
    about = _about(arguments.parsed(named))
    return about or abort(404)


def _offer(form: Any, about: Any) -> None:
    people = conversation_people.colleagues(about.id if about else None)
    form.offer(())
    form.members.choices = [
        (str(one.id), f"{one.name} ({one.role.label.lower()})")
        for one in people
        if one.id != person.id
    ]


def _new(form: Any, status: int = 200) -> ResponseReturnValue:
    about = _wanted()
    _offer(form, about)
    return page("messages/new.html", form=form, about=about, status=status)


@blueprint.get("/<uuid:conversation_id>")
@requires(Permission.MESSAGES_WRITE)
def show(conversation_id: UUID) -> ResponseReturnValue:
    # Asked first: what is said while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    view = thread_views.of(conversation_id, actor, arguments.identifier("before"))
    answered = messages.one(conversation_id, arguments.identifier("reply"))
    form = MessageForm(formdata=None, data={"reply_to": str(answered.id) if answered else ""})
    return _thread(view, form, answered, since=since)


def _thread(
    view: ThreadView, form: Any, answered: Any, *, since: str, status: int = 200, part: str = "main"
) -> ResponseReturnValue:
    form.offer(view.people, view.documents)
    return page(
        "messages/show.html",
        part=part,
        status=status,
        since=since,
        view=view,
        conversation=view.conversation,
        conversation_id=view.conversation.id,
        thread=view.thread,
        viewer_id=person.id,
        zone=person.timezone,
        is_live=False,
        form=form,
        answered=answered,
    )


@blueprint.post("/<uuid:conversation_id>/messages")
@requires(Permission.MESSAGES_WRITE)
def send(conversation_id: UUID) -> ResponseReturnValue:
    """Say something; htmx gets an empty form again, with what was said in its place."""
    since = events.current_id(person.organization_id)
    view = thread_views.of(conversation_id, actor)
    form: Any = MessageForm()
    form.offer(view.people, view.documents)
    if form.validate_on_submit():
        try:
            message_id = actions.send(conversation_id, form.said(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            return _sent(conversation_id, message_id, since)
    answered = messages.one(conversation_id, form.said().reply_to_id)
    return _thread(view, form, answered, since=since, status=422, part="compose")


def _sent(conversation_id: UUID, message_id: UUID, since: str) -> ResponseReturnValue:
    address = url_for("messages.show", conversation_id=conversation_id)
    if not wants_fragment():
        return redirect(f"{address}#message-{message_id}", 303)
    view = thread_views.of(conversation_id, actor)
    empty = MessageForm(formdata=None)
    response = make_response(_thread(view, empty, None, since=since, part="compose"))
    shown = render_template(
        "messages/_thread.html",
        conversation_id=conversation_id,
        thread=view.thread,
        viewer_id=person.id,
        zone=person.timezone,
        is_live=False,
    )
    partial = f'<hx-partial hx-target="#thread-{conversation_id}" hx-swap="outerMorph">'
    response.set_data(f"{response.get_data(as_text=True)}{partial}{shown}</hx-partial>")
    return response


@blueprint.get("/<uuid:conversation_id>/people")
@requires(Permission.MESSAGES_WRITE)
def suggest(conversation_id: UUID) -> ResponseReturnValue:
    """Suggest whom a message may call: of a participant's only those who may see them."""
    typed = arguments.text("q", 40).casefold()
    view = thread_views.of(conversation_id, actor)
    people = [
        one
        for one in view.people
        if one.name.casefold().startswith(typed) or one.last_name.casefold().startswith(typed)
    ]
    return page(
        "messages/people.html",
        part="people",
        conversation=view.conversation,
        people=people[:MOST_SUGGESTED],
        online=view.online,
    )


@events.renders("conversation")
def render_conversations(ids: Sequence[UUID]) -> Iterator[Fragment]:
    yield from thread_views.fragments(ids)


@events.renders("inbox")
def render_inboxes(ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield the counts in people's mastheads, each for the one whose they are."""
    for inbox in inboxes.some(ids):
        for name, count in (("bell-count", inbox.notifications), ("inbox-count", inbox.messages)):
            html = render_template("messages/_count.html", name=name, count=count)
            yield Fragment(name, html, user_id=inbox.user_id)
