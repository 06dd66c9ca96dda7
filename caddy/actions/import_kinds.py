"""Which loader stores which kind of file."""

from __future__ import annotations

from caddy.actions.import_loading import Loader
from caddy.actions.import_participants import ParticipantLoader
from caddy.domain.imports.kinds import ImportKind


def loader_of(
    kind: ImportKind, source_system: str, reason: str, fields: frozenset[str], *, is_trial: bool
) -> Loader:
    """Return the loader of a kind; `fields` are those that a column was chosen for."""
    return ParticipantLoader(source_system, reason, is_trial=is_trial)
