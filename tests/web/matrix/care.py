"""Participants, their plans and money, rosters, services, claims."""

from __future__ import annotations

from tests.web.matrix.parts import (
    CHECKED,
    DONE,
    OK,
    SERVICE,
    Call,
)

CALLS: dict[str, Call] = {
    "GET budgets.show": Call(takes_ids=True),
    "GET budgets.ask_what_if": Call(takes_ids=True, query="item=01_011_0107_1_1&a_week=2"),
    "GET budgets.new_adjustment": Call(takes_ids=True),
    "POST budgets.adjust": Call(
        CHECKED, takes_ids=True, form={"amount": "5", "reason": "A test.", "effective_on": "x"}
    ),
    "POST budgets.thresholds": Call(
        DONE, takes_ids=True, form={"warning_percent": "70", "critical_percent": "85"}
    ),
    "GET availability.show": Call(),
    "POST availability.add_hours": Call(
        CHECKED, form={"weekday": "3", "start_time": "09:00", "end_time": "17:00"}
    ),
    # One removes only one's own: those of others are not there.
    "POST availability.removal_of_hours": Call(DONE | {404}, takes_ids=True),
    "POST availability.add_leave": Call(
        CHECKED, form={"starts_on": "2026-12-24", "ends_on": "2026-12-27"}
    ),
    "POST availability.removal_of_leave": Call(DONE | {404}, takes_ids=True),
    "GET catalogue.index": Call(),
    "GET catalogue.show": Call(takes_ids=True),
    "POST catalogue.tax": Call(DONE, takes_ids=True, form={"gst_code": "P2"}),
    "GET catalogue.new": Call(),
    "POST catalogue.create": Call(frozenset({422})),
    "GET claims.index": Call(),
    "GET claims.new": Call(),
    "POST claims.create": Call(CHECKED, form={"from_on": "2026-11-01", "to_on": "2026-11-02"}),
    "GET claims.show": Call(takes_ids=True),
    "GET claims.file": Call(takes_ids=True),
    # The claim of the matrix was sent: it is a draft no more.
    "GET claims.preview": Call(frozenset({404}), takes_ids=True),
    "POST claims.submit": Call(DONE, takes_ids=True),
    "POST claims.withdraw": Call(frozenset({409}), takes_ids=True),
    "POST claims.credit": Call(frozenset({422}), takes_ids=True),
    "GET books.show": Call(),
    "GET books.invoices_csv": Call(),
    "GET books.contacts_csv": Call(),
    "GET books.journal_csv": Call(),
    "GET finance.held_back": Call(),
    "GET finance.show": Call(),
    "GET finance.list_receivables": Call(),
    "GET finance.receivable_lines": Call(),
    "GET panel.show": Call(),
    "GET panel.list_groups": Call(query="by=category"),
    "GET participant_choices.index": Call(),
    "GET participants.index": Call(),
    "GET participants.new": Call(),
    "POST participants.create": Call(frozenset({422}), form={"first_name": "x"}),
    "GET participants.show": Call(takes_ids=True),
    "GET participants.edit": Call(takes_ids=True),
    "POST participants.update": Call(frozenset({422}), takes_ids=True, form={"first_name": "x"}),
    "POST participants.archival": Call(CHECKED, takes_ids=True, form={"reason": "a test"}),
    "POST participants.restoration": Call(DONE, takes_ids=True),
    "GET participants.new_plan": Call(takes_ids=True),
    "POST participants.create_plan": Call(frozenset({422}), takes_ids=True),
    "GET sight.show": Call(takes_ids=True),
    "GET plans.edit": Call(takes_ids=True),
    "POST plans.update": Call(frozenset({422}), takes_ids=True, form={"goals": "x"}),
    "GET teams.show": Call(takes_ids=True),
    "POST teams.create": Call(CHECKED, takes_ids=True, form={"user_id": "{user_id}"}),
    "POST teams.removal": Call(DONE, takes_ids=True),
    "POST teams.watching": Call(DONE, takes_ids=True),
    "POST teams.ending": Call(DONE, takes_ids=True),
    "GET payments.index": Call(),
    "GET payments.new": Call(takes_ids=True, query="claim={claim_id}&line=1"),
    "GET payments.show": Call(takes_ids=True, query="on={paid_on}&reference={paid_reference}"),
    "POST payments.create": Call(
        frozenset({422}), takes_ids=True, form={"claim": "{claim_id}", "line": "1", "amount": "x"}
    ),
    "GET plan_managers.index": Call(),
    "POST plan_managers.create": Call(CHECKED, form={"name": "Best Plans"}),
    "GET plan_managers.edit": Call(takes_ids=True),
    "POST plan_managers.update": Call(CHECKED, takes_ids=True, form={"name": "Better Plans"}),
    "GET results.index": Call(),
    "GET results.new": Call(),
    "POST results.create": Call(frozenset({422})),
    "GET results.show": Call(takes_ids=True),
    "GET results.mapping": Call(takes_ids=True),
    "POST results.choose_mapping": Call(frozenset({422}), takes_ids=True, form={"reference": "x"}),
    "GET roster.index": Call(),
    "GET roster.new": Call(takes_ids=True, query="participant={participant_id}"),
    # Planned already at that time: it clashes with itself.
    "POST roster.create": Call(
        CHECKED, takes_ids=True, form={**SERVICE, "participant_id": "{participant_id}"}
    ),
    "GET roster.estimate": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET services.index": Call(),
    "GET services.new": Call(takes_ids=True, query="participant={participant_id}"),
    "POST services.create": Call(
        CHECKED, takes_ids=True, form={**SERVICE, "participant_id": "{participant_id}"}
    ),
    "GET services.items": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET services.estimate": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET services.show": Call(takes_ids=True),
    # A colleague's; cancelled by another route in its turn, it is given other notes no more.
    "GET service_notes.edit": Call(OK | {403, 404}, takes_ids=True),
    "POST service_notes.update": Call(frozenset({403, 404, 422}), takes_ids=True),
    # Support workers have their own shifts only, and the matrix has a colleague's: of a
    # participant whom they support it is 403, of another it is not there.
    "POST shifts.start": Call(frozenset({303, 403, 404, 409, 422}), takes_ids=True),
    "GET shifts.finishing": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.finish": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET shifts.cancelling": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.cancel": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET shifts.correcting": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.correct": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET trips.correcting": Call(frozenset({403, 404}), takes_ids=True),
    "POST trips.correct": Call(frozenset({403, 404}), takes_ids=True),
    "GET shifts.moving": Call(takes_ids=True),
    "GET groups.show": Call(takes_ids=True),
    "POST groups.change": Call(frozenset({422}), takes_ids=True),
    "GET groups.moving": Call(takes_ids=True),
    "POST groups.move": Call(frozenset({422}), takes_ids=True),
    "GET groups.cancelling": Call(takes_ids=True),
    "POST groups.cancel": Call(frozenset({422}), takes_ids=True),
    "POST shifts.move": Call(frozenset({422}), takes_ids=True),
    "GET shifts.ending": Call(takes_ids=True),
    "POST shifts.end": Call(CHECKED, takes_ids=True),
    "GET own_week.show": Call(),
    "GET own_week.noting": Call(OK | {403, 404}, takes_ids=True),
    "POST own_week.note": Call(frozenset({403, 404, 422}), takes_ids=True),
    "POST services.attach": Call(CHECKED, takes_ids=True),
}
