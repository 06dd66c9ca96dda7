"""Whether the parts that Caddy stands on answer."""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from caddy.extensions import db, is_outage, is_redis_up
from caddy.tenancy import unscoped

__all__ = ["is_outage", "parts"]


def parts() -> dict[str, bool]:
    return {"database": _is_database_up(), "redis": is_redis_up()}


def _is_database_up() -> bool:
    try:
        with unscoped("asks nothing of any table"):
            return db.session.scalar(select(literal(1))) == 1
    except SQLAlchemyError:
        return False
