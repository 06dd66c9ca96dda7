"""How everything that runs says what it does: a line of JSON in production, words on a console.

A line names ids and places, never people: in production an exception's own message, which may
quote what someone entered, stays out, and so does what a library says of people or addresses.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from caddy.config import Settings

__all__ = ["bind", "clear", "configure", "context", "handler", "working_on"]

DEEPEST = 12  # how many places of a traceback are told, the last ones
OURS = "caddy"
# They bring handlers of their own, or say what they were given.
OTHERS = ("gunicorn.error", "gunicorn.access", "werkzeug")

# Fields that tell of a person, whoever logs them. Ours never do; libraries may.
PERSONAL = frozenset(
    "name first_name last_name preferred_name actor_name email address to to_address phone mobile "
    "ndis_number date_of_birth search q query_string args params parameters form data body subject "
    "cookie cookies headers authorization password token".split()
)
# What is cut out of any text: the query of an address, and what looks like a person's.
CUTS = (
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]+"), ""),
    (re.compile(r"[^\s@\"'<>(),:;=]+@[^\s@\"'<>(),:;]+\.[A-Za-z]{2,}"), "[email]"),
    (re.compile(r"\b43\d ?\d{3} ?\d{3}\b"), "[NDIS number]"),
    (re.compile(r"(?<!\w)(?:\+61 ?|0)[2-478](?:[ -]?\d){8}\b"), "[phone]"),
)

# What none of these cuts is without: most words of a line are let through at one look.
MAY_BE_CUT = re.compile(r"[?@]|[0-9]{2}")

bind = bind_contextvars
clear = clear_contextvars
working_on = bound_contextvars


def context() -> dict[str, Any]:
    """Return what every line of this request or job carries."""
    return structlog.contextvars.get_contextvars()


def configure(settings: Settings) -> None:
    """Send every line of this process to standard error, in the form of its environment."""
    structlog.configure(
        processors=[*_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.getLogger("caddy").setLevel(logging.INFO)
    if settings.environment == "test":
        return  # what is said in a test belongs to the test
    # No line says them, and each line would look them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root, ours = logging.getLogger(), handler(is_json=settings.is_production)
    ours.name = OURS
    root.handlers[:] = [one for one in root.handlers if one.name != OURS] + [ours]
    for name in OTHERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def handler(*, is_json: bool, stream: Any = None) -> logging.Handler:
    """Return a handler for lines of ours and of every library."""
    render: list[Processor] = (
        [_tell_places, without_people, structlog.processors.JSONRenderer(default=str)]
        if is_json
        else [
            # Not Rich's, where a machine has it: that shows what variables held, and takes seconds.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    one = logging.StreamHandler(stream)
    one.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
            processors=[ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    return one


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _tell_places(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Put an exception's kind and places where it would be quoted whole."""
    told = line.pop("exc_info", None)
    line.pop("exc_text", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        places = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        line["error"] = type(error).__name__
        line["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in places]
    return line


def without_people(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Take out of a line what tells of people: known fields, and what looks like theirs in text.

    >>> without_people(None, "", {"event": "GET /plans?search=Pat", "email": "x"})
    {'event': 'GET /plans'}
    """
    return {name: _cut(value) for name, value in line.items() if name not in PERSONAL}


def _cut(value: Any) -> Any:
    """Return a value without addresses' queries and people's numbers, however deep they are."""
    if isinstance(value, str):
        for pattern, instead in CUTS if MAY_BE_CUT.search(value) else ():
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, dict):
        return {name: _cut(inner) for name, inner in value.items() if name not in PERSONAL}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cut(inner) for inner in value]
    return value if isinstance(value, int | float | bool | None) else _cut(str(value))
