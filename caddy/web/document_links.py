"""The short-lived links to one file: signed, of one version, and of who made them.

A link opens only while its maker may still see the document, and for ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from caddy import tenancy
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.documents import LINK_MINUTES
from caddy.domain.permissions import Permission
from caddy.queries import users

SALT = "caddy.document-link"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens, and in whose name: its maker's, with their rights of now."""

    version_id: UUID
    actor: Actor


def make(version_id: UUID, actor: Actor) -> str:
    """Return the secret part of an address that opens one version for ten minutes."""
    return _signer().dumps([one.hex for one in (actor.organization_id, _maker(actor), version_id)])


def address_of(version_id: UUID, actor: Actor) -> str:
    """Return a new address that opens one version for ten minutes."""
    path = url_for("document_files.shared", signed=make(version_id, actor))
    return load_settings().public_url.rstrip("/") + path


def _maker(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise ValueError("a link is made by a person")
    return actor.user_id


@contextmanager
def opened(token: str) -> Iterator[Opened | None]:
    """Enter the organization of a link that still holds, or give None where it does not."""
    try:
        parts = _signer().loads(token, max_age=LINK_MINUTES * 60)
        organization_id, user_id, version_id = (UUID(hex=one) for one in parts)
    except (BadSignature, ValueError, TypeError, AttributeError):
        yield None
        return
    user = users.active(user_id)
    if user is None or user.organization_id != organization_id:
        yield None
        return
    actor = Actor(
        organization_id=organization_id,
        user_id=user.id,
        name=user.name,
        role=user.role,
        permissions=user.permissions,
        ip=request.remote_addr,
        user_agent=request.user_agent.string,
    )
    if not actor.may(Permission.DOCUMENTS_READ):
        yield None
        return
    with tenancy.scope(organization_id):
        yield Opened(version_id, actor)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(load_settings().secret_key.get_secret_value(), salt=SALT)
