"""Everything that can happen, by name: `noun.past_participle`.

The same word stands in the audit log and in the log line.
"""

from __future__ import annotations

from enum import StrEnum


class Fact(StrEnum):
    BUDGET_ALERT_RAISED = "budget_alert.raised"
    RECURRING_CHECK_DONE = "recurring_check.done"
    BUDGET_ADJUSTED = "budget.adjusted"
    BUDGET_ALERT_REARMED = "budget_alert.rearmed"
    CATALOGUE_IMPORTED = "catalogue.imported"
    CLAIM_BUILT = "claim.built"
    CLAIM_CREDITED = "claim.credited"
    CLAIM_FILE_KEPT = "claim_file.kept"
    CLAIM_PAID = "claim.paid"
    CLAIM_SUBMITTED = "claim.submitted"
    CLAIM_WITHDRAWN = "claim.withdrawn"
    RESULT_LOADED = "result.loaded"
    EMAIL_FAILED = "email.failed"
    EMAIL_SENT = "email.sent"
    NOTIFICATIONS_CHOSEN = "notifications.chosen"
    ORGANIZATION_CREATED = "organization.created"
    PARTICIPANT_ADDED = "participant.added"
    PARTICIPANT_ARCHIVED = "participant.archived"
    PARTICIPANT_CHANGED = "participant.changed"
    PARTICIPANT_RESTORED = "participant.restored"
    PLAN_ADDED = "plan.added"
    PLANS_ROLLED = "plans.rolled"
    SERVICE_LOGGED = "service.logged"
    THRESHOLDS_CHANGED = "thresholds.changed"
    USER_ADDED = "user.added"
    USER_SIGNED_IN = "user.signed_in"
    USER_SIGNED_OUT = "user.signed_out"
    USER_SIGN_IN_FAILED = "user.sign_in_failed"
