"""The form that carries a passkey's answer, and what every page that takes one says."""

from __future__ import annotations

import logging
from uuid import UUID

from wtforms import HiddenField
from wtforms.validators import Length

from caddy.actions import passkeys
from caddy.config import load_settings
from caddy.domain.passkeys import LONGEST_ANSWER, PasskeyRefused
from caddy.web import challenges
from caddy.web.challenges import Purpose
from caddy.web.forms import Form
from caddy.web.signing_in import visitor

log = logging.getLogger(__name__)

REFUSED = (
    "This passkey was not taken. It may be removed, or it took longer than five minutes. Try "
    "again, or sign in another way."
)
NOT_SENT = (
    "No passkey was sent. Press once more. If it happens again, this browser does not know "
    "passkeys or its JavaScript is off: use another browser."
)


def answer_field() -> HiddenField:
    return HiddenField("Passkey", [Length(max=LONGEST_ANSWER, message="That is too long.")])


class AnswerForm(Form):
    answer = answer_field()


def answered(form: AnswerForm, only: UUID | None = None) -> UUID | None:
    """Return whose passkey answered what this browser was asked; else None, and why in the form.

    `only` is the one person whose passkeys count.
    """
    if not form.validate_on_submit():
        return None
    if not form.answer.data:
        form.form_errors.append(NOT_SENT)
        return None
    site = load_settings().passkey_site
    try:
        asked = challenges.taken(Purpose.USE)
        return passkeys.check(site, asked, form.answer.data, visitor(), only)
    except PasskeyRefused as refusal:
        log.warning("passkey.refused %s", refusal)
        form.form_errors.append(REFUSED)
        return None
