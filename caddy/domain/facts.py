"""Everything that can happen, by name: `noun.past_participle`.

The same word stands in the audit log and in the log line.
"""

from __future__ import annotations

from enum import StrEnum


class Fact(StrEnum):
    ALERT_THRESHOLDS_CHANGED = "alert_thresholds.changed"
    AVAILABILITY_ADDED = "availability.added"
    AVAILABILITY_REMOVED = "availability.removed"
    BUDGET_ALERT_RAISED = "budget_alert.raised"
    BUDGET_ADJUSTED = "budget.adjusted"
    BUDGET_ALERT_REARMED = "budget_alert.rearmed"
    CALENDAR_KEY_MADE = "calendar_key.made"
    CALENDAR_KEY_REVOKED = "calendar_key.revoked"
    CATALOGUE_IMPORTED = "catalogue.imported"
    CHECK_TIMES_CHANGED = "check_times.changed"
    EMAIL_FAILED = "email.failed"
    EMAIL_SENT = "email.sent"
    LEAVE_ADDED = "leave.added"
    LEAVE_REMOVED = "leave.removed"
    NOTIFICATIONS_CHOSEN = "notifications.chosen"
    ORGANIZATION_CREATED = "organization.created"
    PACE_VARIANCE_CHANGED = "pace_variance.changed"
    PARTICIPANT_ADDED = "participant.added"
    PARTICIPANT_ARCHIVED = "participant.archived"
    PARTICIPANT_CHANGED = "participant.changed"
    PARTICIPANT_RESTORED = "participant.restored"
    PARTICIPANT_UNWATCHED = "participant.unwatched"
    PARTICIPANT_WATCHED = "participant.watched"
    PLAN_ADDED = "plan.added"
    PLANS_ROLLED = "plans.rolled"
    QUALIFICATION_RECORDED = "qualification.recorded"
    QUALIFICATION_REMOVED = "qualification.removed"
    REQUIRED_QUALIFICATIONS_CHANGED = "required_qualifications.changed"
    SERVICE_LOGGED = "service.logged"
    SITE_ADDED = "site.added"
    SITE_CHANGED = "site.changed"
    TEAM_JOINED = "team.joined"
    TEAM_LEFT = "team.left"
    THRESHOLDS_CHANGED = "thresholds.changed"
    USER_ADDED = "user.added"
    USER_SIGNED_IN = "user.signed_in"
    USER_SIGNED_OUT = "user.signed_out"
    USER_SIGN_IN_FAILED = "user.sign_in_failed"
