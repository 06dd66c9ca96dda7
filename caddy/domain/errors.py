"""What can be refused, and how it is said: a code for programs, a sentence for people."""

from __future__ import annotations

from typing import Any


class CaddyError(Exception):
    """The base of every refusal. `status` is the HTTP status it is answered with."""

    status = 400

    def __init__(self, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class NotFound(CaddyError):
    """It does not exist, or belongs to someone else: the answer is the same."""

    status = 404

    def __init__(self, what: str = "page") -> None:
        super().__init__("not_found", f"This {what} does not exist, or it is not yours to see.")


class Forbidden(CaddyError):
    """It is there to see, but not theirs to change."""

    status = 403


CHANGED = "changed_meanwhile"


class Conflict(CaddyError):
    """Someone changed it in the meantime; of the code `CHANGED` both versions can be shown."""

    status = 409


class Unavailable(CaddyError):
    """It cannot be done at the moment; the same again, a little later, may well work."""

    status = 503


class RuleBroken(CaddyError):
    """A rule refuses what was entered; `field` names the input to blame, if one is."""

    status = 422

    def __init__(self, field: str | None, code: str, message: str, details: Any = None) -> None:
        super().__init__(code, message, details)
        self.field = field
