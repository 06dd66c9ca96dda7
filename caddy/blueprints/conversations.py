"""Being in a conversation: reading, joining, leaving, muting; changing what one said oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import conversations as actions
from caddy.actions import messages as message_actions
from caddy.domain.errors import RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import messages
from caddy.web import thread_views
from caddy.web.access import actor, person, requires
from caddy.web.message_forms import ChangeForm, MembersForm
from caddy.web.pages import page, wants_fragment

blueprint = Blueprint("conversations", __name__, url_prefix="/messages")


@blueprint.post("/<uuid:conversation_id>/reading")
@requires(Permission.MESSAGES_WRITE)
def reading(conversation_id: UUID) -> ResponseReturnValue:
    """Mark all that was said so far as read. An open page sends this by itself."""
    actions.mark_read(conversation_id, actor=actor)
    if not wants_fragment():
        return _back(conversation_id)
    return page(
        "messages/reading.html", part="reading", conversation_id=conversation_id, is_read=True
    )


@blueprint.post("/<uuid:conversation_id>/members")
@requires(Permission.MESSAGES_WRITE)
def add(conversation_id: UUID) -> ResponseReturnValue:
    view = thread_views.of(conversation_id, actor)
    form = MembersForm()
    form.offer([*view.others, *view.members])
    if not form.validate_on_submit() or not form.user_ids:
        flash("Nobody was added: choose people from the list.")
        return _back(conversation_id)
    try:
        count = actions.add_members(conversation_id, form.user_ids, actor=actor)
    except RuleBroken as error:
        flash(error.message)
    else:
        flash(f"{count} {'person is' if count == 1 else 'people are'} in this conversation now.")
    return _back(conversation_id)


@blueprint.post("/<uuid:conversation_id>/leaving")
@requires(Permission.MESSAGES_WRITE)
def leave(conversation_id: UUID) -> ResponseReturnValue:
    actions.leave(conversation_id, actor=actor)
    flash("You left the conversation. You are not told of it any more.")
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/<uuid:conversation_id>/muting")
@requires(Permission.MESSAGES_WRITE)
def mute(conversation_id: UUID) -> ResponseReturnValue:
    is_muted = bool(request.form.get("muted"))
    actions.mute(conversation_id, is_muted=is_muted, actor=actor)
    flash(
        "New messages here are not counted any more. You are told where someone mentions you."
        if is_muted
        else "New messages here are counted again."
    )
    return _back(conversation_id)


@blueprint.get("/<uuid:conversation_id>/messages/<uuid:message_id>/edit")
@requires(Permission.MESSAGES_WRITE)
def edit(conversation_id: UUID, message_id: UUID) -> ResponseReturnValue:
    message = _own(conversation_id, message_id)
    return _edit(conversation_id, message, ChangeForm(formdata=None, data={"body": message.body}))


@blueprint.post("/<uuid:conversation_id>/messages/<uuid:message_id>/edit")
@requires(Permission.MESSAGES_WRITE)
def update(conversation_id: UUID, message_id: UUID) -> ResponseReturnValue:
    message = _own(conversation_id, message_id)
    form: Any = ChangeForm()
    if form.saves(
        lambda: message_actions.change(conversation_id, message_id, form.body.data, actor=actor)
    ):
        flash("Your message was changed.")
        return _back(conversation_id, message_id)
    return _edit(conversation_id, message, form, status=422)


@blueprint.post("/<uuid:conversation_id>/messages/<uuid:message_id>/removal")
@requires(Permission.MESSAGES_WRITE)
def removal(conversation_id: UUID, message_id: UUID) -> ResponseReturnValue:
    message_actions.remove(conversation_id, message_id, actor=actor)
    flash("Your message was removed. Others see that there was one.")
    return _back(conversation_id, message_id)


def _own(conversation_id: UUID, message_id: UUID) -> Any:
    """Return a message of the person's own; those of others are not there to be changed."""
    thread_views.of(conversation_id, actor)
    message = messages.one(conversation_id, message_id)
    if message is None or message.author_id != person.id:
        abort(404)
    return message


def _edit(conversation_id: UUID, message: Any, form: Any, status: int = 200) -> ResponseReturnValue:
    return page(
        "messages/edit.html",
        conversation_id=conversation_id,
        message=message,
        form=form,
        status=status,
    )


def _back(conversation_id: UUID, message_id: UUID | None = None) -> ResponseReturnValue:
    address = url_for("messages.show", conversation_id=conversation_id)
    return redirect(f"{address}#message-{message_id}" if message_id else address, 303)
