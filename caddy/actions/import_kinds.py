"""Which loader stores which kind of file, and what a run tells it."""

from __future__ import annotations

from dataclasses import dataclass

from caddy.actions.import_agreements import AgreementLoader
from caddy.actions.import_catalogue import CatalogueLoader
from caddy.actions.import_loading import Loader
from caddy.actions.import_participants import ParticipantLoader
from caddy.actions.import_services import ServiceLoader
from caddy.actions.import_staff import StaffLoader
from caddy.domain.actor import Actor
from caddy.domain.imports.kinds import ImportKind


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a file: from which system, what the history says of it, by whom, for real or not."""

    source_system: str
    reason: str
    actor: Actor
    is_trial: bool


def loader_of(kind: ImportKind, run: Run) -> Loader:
    """Return the loader of a kind of file."""
    if kind is ImportKind.STAFF:
        return StaffLoader(run.reason, run.actor.user_id, is_trial=run.is_trial)
    if kind is ImportKind.AGREEMENTS:
        return AgreementLoader(run.source_system, run.reason, is_trial=run.is_trial)
    if kind is ImportKind.SERVICES:
        return ServiceLoader(run.source_system, run.actor, is_trial=run.is_trial)
    if kind is ImportKind.CATALOGUE:
        return CatalogueLoader()
    return ParticipantLoader(run.source_system, run.reason, is_trial=run.is_trial)
