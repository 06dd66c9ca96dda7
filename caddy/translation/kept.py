"""Sentences in the session: what was done is said on the page after, in its language."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.json.tag import JSONTag
from flask.sessions import SecureCookieSessionInterface

from caddy.domain.sentences import Sentence


class SentenceTag(JSONTag):
    """A sentence as its message and its values, which become text where they are anything else."""

    key = " sentence"

    def check(self, value: Any) -> bool:
        return isinstance(value, Sentence)

    def to_json(self, value: Any) -> Any:
        values = {
            name: self.serializer.tag(one) if isinstance(one, Sentence) else str(one)
            for name, one in value.values.items()
        }
        return [value.message, values]

    def to_python(self, value: Any) -> Sentence:
        return Sentence(*value)


def install(app: Flask) -> None:
    sessions = app.session_interface
    if not isinstance(sessions, SecureCookieSessionInterface):
        return
    # Flask has one serializer for every app of a process.
    if SentenceTag.key not in sessions.serializer.tags:
        sessions.serializer.register(SentenceTag, index=0)
