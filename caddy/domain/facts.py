"""Everything that can happen, by name: `noun.past_participle`.

The same word stands in the audit log and in the log line.
"""

from __future__ import annotations

from enum import StrEnum


class Fact(StrEnum):
    AGREEMENT_ADDED = "agreement.added"
    AGREEMENT_CHANGED = "agreement.changed"
    AGREEMENT_ENDED = "agreement.ended"
    AGREEMENT_SIGNED = "agreement.signed"
    ATTACHMENT_ADDED = "attachment.added"
    BUDGET_ALERT_RAISED = "budget_alert.raised"
    RECURRING_CHECK_DONE = "recurring_check.done"
    BUDGET_ADJUSTED = "budget.adjusted"
    BUDGET_ALERT_REARMED = "budget_alert.rearmed"
    BUDGET_THRESHOLDS_CHANGED = "budget_thresholds.changed"
    CATALOGUE_IMPORTED = "catalogue.imported"
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
    SCHEDULE_ADDED = "schedule.added"
    SCHEDULE_ENDED = "schedule.ended"
    SCHEDULE_MOVED = "schedule.moved"
    SERVICE_CANCELLED = "service.cancelled"
    SERVICE_CORRECTED = "service.corrected"
    SERVICE_FINISHED = "service.finished"
    SERVICE_LOGGED = "service.logged"
    SERVICE_MOVED = "service.moved"
    SERVICE_SCHEDULED = "service.scheduled"
    SERVICE_STARTED = "service.started"
    THRESHOLDS_CHANGED = "thresholds.changed"
    USER_ADDED = "user.added"
    USER_SIGNED_IN = "user.signed_in"
    USER_SIGNED_OUT = "user.signed_out"
    USER_SIGN_IN_FAILED = "user.sign_in_failed"
