"""The weekly proof that the audit log is whole; administrators are told where it is not."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.actions.notifications import notify
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.facts import Fact
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.models import PeriodicRun
from caddy.queries import alerts, audit_chain
from caddy.transaction import transaction

MOST_TOLD = 10


def weekly_audit(run_id: UUID, *, actor: Actor) -> None:
    """Read the whole log of the organization in scope, and tell of whatever is wrong with it."""
    run = db.session.get(PeriodicRun, run_id)
    if run is None or run.finished_at is not None:
        return
    report = audit_chain.verified()
    found = len(report.findings)
    with transaction(actor):
        run = db.session.get_one(PeriodicRun, run_id, with_for_update=True)
        run.finished_at = clock.now()
        run.result = {
            "rows": report.rows,
            "findings": found,
            "sequence": report.head.sequence if report.head else 0,
            "hash": report.head.hash if report.head else "",
        }
        if found:
            notify(
                alerts.people_of_roles([Role.ADMIN]),
                kind="audit_trouble",
                title="The audit log is not as it was written",
                body=report.findings[0].sentence,
                link="/audit",
                subject=run,
                dedupe_key=f"audit:{run_id}",
                email_template=EmailTemplate.AUDIT_TROUBLE,
                context={
                    "day_on": run.due_on,
                    "findings": found,
                    "sentences": [one.sentence for one in report.findings[:MOST_TOLD]],
                },
            )
        said = {"kind": run.kind, "rows": report.rows, "findings": found}
        audit.record(Fact.RECURRING_CHECK_DONE, run, changes=said)
