"""Who has something open just now: in Redis for half a minute, and nowhere else."""

from __future__ import annotations

import logging
from uuid import UUID

import redis

from caddy import clock
from caddy.extensions import redis_client

log = logging.getLogger(__name__)

PREFIX = "caddy:open:"
BEAT_SECONDS = 10
GONE_SECONDS = 22  # two beats may be late; with the next look of the others it is under 30
MOST = 12


def _key(organization_id: UUID, thing_id: UUID) -> str:
    return f"{PREFIX}{organization_id}:{thing_id}"


def _left(organization_id: UUID, page: str) -> str:
    return f"{PREFIX}{organization_id}:left:{page}"


def seen(organization_id: UUID, thing_id: UUID, user_id: UUID, page: str) -> bool:
    """Note that someone has it open; say whether they had not, or only so long ago.

    `page` names the page in their browser. What a page that was left said before it was, and
    what arrives only now, counts no more.
    """
    now = clock.now().timestamp()
    key = _key(organization_id, thing_id)
    try:
        if redis_client().exists(_left(organization_id, page)):
            return False
        with redis_client().pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", now - GONE_SECONDS)
            pipe.zadd(key, {str(user_id): now})
            pipe.expire(key, 2 * GONE_SECONDS)
            _, added, _ = pipe.execute()
    except redis.RedisError:
        log.warning("viewers.not_noted")
        return False
    return bool(added)


def gone(organization_id: UUID, thing_id: UUID, user_id: UUID, page: str) -> bool:
    """Note that someone has closed it; say whether that is news."""
    try:
        redis_client().set(_left(organization_id, page), "", ex=2 * GONE_SECONDS)
        return bool(redis_client().zrem(_key(organization_id, thing_id), str(user_id)))
    except redis.RedisError:
        log.warning("viewers.not_noted")
        return False


def viewers(organization_id: UUID, thing_id: UUID) -> list[UUID]:
    """Return up to 12 people who have it open, the latest first; nobody without Redis."""
    since = clock.now().timestamp() - GONE_SECONDS
    try:
        found = redis_client().zrevrangebyscore(
            _key(organization_id, thing_id), "+inf", since, start=0, num=MOST
        )
    except redis.RedisError:
        return []
    return [UUID(one.decode()) for one in found]  # type: ignore[union-attr] # not the async client
