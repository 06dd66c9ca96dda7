"""The papers of signing, made by the worker: an agreement to be signed, and the signed one."""

from __future__ import annotations

from uuid import UUID

from caddy import clock
from caddy.actions import agreement_papers as actions
from caddy.domain.actor import Actor
from caddy.extensions import db
from caddy.jobs.paper_agreement import agreement_pdf
from caddy.queries import letterheads, organizations, signings


def make_agreement_paper(subject_id: UUID, *, actor: Actor) -> None:
    """Make the PDF of an agreement as it stands now, where there is none of it."""
    found = signings.agreement(subject_id, seen_by=None)
    if found is None or found.paper is not None:
        return
    head, assets = letterheads.head(), letterheads.assets()
    db.session.close()  # nothing of the database is held while it is made
    content = agreement_pdf(found.record, found.participant, head, assets=assets)
    actions.keep_paper(found, content, actor=actor)


def keep_signed_paper(subject_id: UUID, *, actor: Actor) -> None:
    """Make the PDF of a signed agreement with the page that says who signed it, and keep it."""
    both = signings.signed(subject_id)
    if both is None or actions.has_signed_paper(both[1]):
        return
    signing, found = both
    head, assets = letterheads.head(), letterheads.assets()
    at = clock.local(signing.signed_at, organizations.current().timezone)
    db.session.close()
    told = {"signing": signing, "signed_at": at}
    content = agreement_pdf(found.record, found.participant, head, assets=assets, signing=told)
    actions.keep_signed_paper(found, content, actor=actor)
