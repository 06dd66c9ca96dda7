"""What each fact is called in a sentence: who did it stands before it.

`{whom}` is the participant it is about, `{subject}` the row, `{fields}` what was changed, any
other name a field of what was told. A part in brackets is left out where its field is not there.
"""

from __future__ import annotations

from caddy.domain.facts import Fact

PHRASES: dict[Fact, str] = {
    Fact.AGREEMENT_ADDED: "wrote a service agreement for {whom}[, from {starts_on}][ to {ends_on}]",
    Fact.AGREEMENT_CHANGED: "changed a service agreement of {whom}",
    Fact.AGREEMENT_ENDED: "ended a service agreement of {whom}[ on {ends_on}]",
    Fact.AGREEMENT_SIGNED: (
        "recorded that a service agreement of {whom} was signed[ by {signed_by}][ on {signed_on}]"
    ),
    Fact.ALERT_THRESHOLDS_CHANGED: "changed when budgets raise an alert",
    Fact.ARCHIVE_LOADED: "loaded an archive of the whole organization",
    Fact.ARCHIVE_MADE: "took everything of the organization out as an archive",
    Fact.ATTACHMENT_ADDED: "added the file {file_name}[ for {whom}]",
    Fact.ATTACHMENT_DOWNLOADED: "downloaded the file {file_name}[ of {whom}]",
    Fact.AVAILABILITY_ADDED: "recorded when {subject} can be rostered",
    Fact.AVAILABILITY_REMOVED: "took away hours in which {subject} could be rostered",
    Fact.BACKUP_FAILED: "could not make a backup",
    Fact.BACKUP_MADE: "made a backup",
    Fact.BANK_ACCOUNT_CHANGED: "changed the bank account that invoices name",
    Fact.BUDGET_ADJUSTED: "adjusted a budget of {whom}[ to {allocated_cents}]",
    Fact.BUDGET_ALERT_RAISED: "raised an alert for a budget of {whom}[ at {threshold_percent}]",
    Fact.BUDGET_ALERT_REARMED: "took back an alert for a budget of {whom}",
    Fact.BUDGET_THRESHOLDS_CHANGED: "changed the alerts of a budget of {whom}",
    Fact.CALENDAR_KEY_MADE: "made an address for the calendar of {subject}",
    Fact.CALENDAR_KEY_REVOKED: "took back the address for the calendar of {subject}",
    Fact.CARE_RECORD_ADDED: "added a consent or a support plan of {whom}",
    Fact.CARE_RECORD_CHANGED: "changed {fields} of a consent or a support plan of {whom}",
    Fact.CATALOGUE_IMPORTED: "loaded a Support Catalogue",
    Fact.CHECK_TIMES_CHANGED: "changed when checks run",
    Fact.CLAIM_BUILT: "built claim {number}[ of {total_cents}]",
    Fact.CLAIM_CREDITED: "credited lines of claim {number}[, {credited_cents}]",
    Fact.CLAIM_FILE_KEPT: "kept the file {file_name} of a claim",
    Fact.CLAIM_PAID: "recorded a payment of {cents} for claim {number}",
    Fact.CLAIM_SUBMITTED: "submitted claim {number}[ of {total_cents}]",
    Fact.CLAIM_WITHDRAWN: "withdrew claim {number}",
    Fact.COMPLAINT_ADDED: "recorded a complaint[ about {whom}]",
    Fact.COMPLAINT_CHANGED: "changed {fields} of a complaint",
    Fact.CONTACT_CHANGED: "changed how the organization is reached",
    Fact.DOCUMENT_ADDED: "added the document {title}[ for {whom}]",
    Fact.DOCUMENT_CHANGED: "changed {fields} of a document[ of {whom}]",
    Fact.DOCUMENT_DOWNLOADED: "opened or downloaded the document {title}[ of {whom}]",
    Fact.DOCUMENT_LINK_MADE: (
        "made a link to the document {title}[ of {whom}][, for {minutes} minutes]"
    ),
    Fact.DOCUMENT_RESTORED: "brought the document {title} back[ for {whom}]",
    Fact.DOCUMENT_RETIRED: "put the document {title} away[ of {whom}]",
    Fact.DOCUMENT_VERSION_ADDED: "added a version to the document {title}[ of {whom}]",
    Fact.EMAIL_FAILED: "could not send a mail[: {template}]",
    Fact.EMAIL_SENT: "sent a mail[: {template}]",
    Fact.EVIDENCE_MADE: "took an evidence pack out[, {starts_on}][ to {ends_on}][, {module}]",
    Fact.FILE_REFUSED: "tried to add a file that holds a virus[: {file_name}]",
    Fact.IMPORT_ADDED: "uploaded a file to import[: {kind}]",
    Fact.IMPORT_BATCH_LOADED: "loaded rows of an import",
    Fact.IMPORT_CHECKED: "tried an import",
    Fact.IMPORT_COLUMNS_CHOSEN: "chose the columns of an import",
    Fact.IMPORT_FINISHED: "finished an import",
    Fact.IMPORT_ROLLED_BACK: "took an import back",
    Fact.IMPORT_ROW_UNDONE: "took back what an import had brought[ for {whom}]",
    Fact.IMPORT_STARTED: "started an import",
    Fact.IMPORT_STOPPED: "stopped an import",
    Fact.INCIDENT_ADDED: "reported an incident[ about {whom}]",
    Fact.INCIDENT_CHANGED: "changed {fields} of an incident[ about {whom}]",
    Fact.INCIDENT_CLOCK_WARNED: "warned that an incident must be notified[, about {whom}]",
    Fact.INCIDENT_CLOSED: "closed an incident[ about {whom}]",
    Fact.INCIDENT_DETAILS_SENT: "sent the Commission the details of an incident[ about {whom}]",
    Fact.INCIDENT_INVESTIGATED: "recorded what was found about an incident[ about {whom}]",
    Fact.INCIDENT_NOTIFIED: "notified the Commission of an incident[ about {whom}]",
    Fact.LEAVE_ADDED: "recorded leave of {subject}[ from {starts_on}][ to {ends_on}]",
    Fact.LEAVE_REMOVED: "took back leave of {subject}[ from {starts_on}][ to {ends_on}]",
    Fact.LEGAL_HOLD_LIFTED: "lifted the hold on the records of {whom}",
    Fact.LEGAL_HOLD_PLACED: "placed a hold on the records of {whom}",
    Fact.LIST_EXPORTED: "took {list} out as a file[ with {rows} rows]",
    Fact.LOGO_CHANGED: "changed the logo",
    Fact.MEDICAL_RECORD_CHANGED: "changed medical details of {whom}",
    Fact.MEDICAL_RECORD_VIEWED: "looked at the medical details of {whom}",
    Fact.NOTIFICATIONS_CHOSEN: "chose how {subject} is told of things",
    Fact.ORGANIZATION_CREATED: "set up the organization",
    Fact.PACE_VARIANCE_CHANGED: "changed when the pace of a budget raises an alert",
    Fact.PARTICIPANT_ADDED: "added {whom} as a participant",
    Fact.PARTICIPANT_ARCHIVED: "archived {whom}",
    Fact.PARTICIPANT_CHANGED: "changed {fields} of {whom}",
    Fact.PARTICIPANT_ERASED: "erased {whom}, whose records were old enough",
    Fact.PARTICIPANT_RECORD_MADE: "took the whole record of {whom} out as a file",
    Fact.PARTICIPANT_RESTORED: "brought {whom} back from the archive",
    Fact.PARTICIPANT_UNWATCHED: "ended being told of the budgets of {whom}",
    Fact.PARTICIPANT_WATCHED: "asked to be told of the budgets of {whom}",
    Fact.PLANS_ROLLED: "moved budgets on to a new day[, {budgets} of them]",
    Fact.PLAN_ADDED: "added a plan for {whom}[, {starts_on}][ to {ends_on}][, {total_cents}]",
    Fact.PLAN_CHANGED: "changed a plan of {whom}",
    Fact.POLICY_ADDED: "added a policy[: {title}]",
    Fact.POLICY_CHANGED: "changed {fields} of a policy",
    Fact.POLICY_READ: "read a policy[, edition {edition}]",
    Fact.PRACTICE_USED: "recorded the use of a restrictive practice[ with {whom}]",
    Fact.PROVIDER_NUMBERS_CHANGED: "changed the organization's ABN or registration",
    Fact.QUALIFICATION_RECORDED: "recorded a qualification of {subject}[: {kind}]",
    Fact.QUALIFICATION_REMOVED: "took away a qualification of {subject}[: {kind}]",
    Fact.RECURRING_CHECK_DONE: "did a check that comes back[: {kind}]",
    Fact.REGISTER_ACTION_ADDED: "added something to do[: {what}]",
    Fact.REGISTER_ACTION_DONE: "did something that a register asked for[: {what}]",
    Fact.REQUIRED_QUALIFICATIONS_CHANGED: "changed which qualifications staff must hold",
    Fact.RESTRICTIVE_PRACTICE_ADDED: "added a restrictive practice of {whom}",
    Fact.RESTRICTIVE_PRACTICE_CHANGED: "changed {fields} of a restrictive practice of {whom}",
    Fact.RESULT_LOADED: "loaded the answers of {file_name}",
    Fact.RESULT_UPLOADED: "uploaded the answer file {file_name}",
    Fact.RETENTION_CHANGED: "changed how long records are kept",
    Fact.RISK_ADDED: "added a risk[ of {whom}]",
    Fact.RISK_CHANGED: "changed {fields} of a risk[ of {whom}]",
    Fact.SCHEDULE_ADDED: "planned shifts that come back for {whom}",
    Fact.SCHEDULE_ENDED: "ended shifts that come back for {whom}",
    Fact.SCHEDULE_MOVED: "moved shifts that come back for {whom}",
    Fact.SERVICE_CANCELLED: "cancelled a service for {whom}",
    Fact.SERVICE_CORRECTED: "corrected a service for {whom}",
    Fact.SERVICE_FINISHED: "finished a service for {whom}",
    Fact.SERVICE_LOGGED: "logged a service for {whom}[, {duration_minutes}][, {total_cents}]",
    Fact.SERVICE_MOVED: "moved a service for {whom}",
    Fact.SERVICE_SCHEDULED: "planned a service for {whom}[ on {service_on}]",
    Fact.SERVICE_STARTED: "started a service for {whom}",
    Fact.SIGNATURE_RULE_CHANGED: "changed when a service needs a signature",
    Fact.SITE_ADDED: "added the site {name}",
    Fact.SITE_CHANGED: "changed {fields} of the site {subject}",
    Fact.SUPPORT_ITEM_TAXED: "changed whether GST is in the price of {item_number}",
    Fact.TASK_ADDED: "asked for {title}",
    Fact.TASK_CANCELLED: "cancelled the work on {subject}",
    Fact.TASK_CANCEL_ASKED: "asked to stop the work on {subject}",
    Fact.TASK_FAILED: "could not finish the work on {subject}",
    Fact.TASK_FILE_DOWNLOADED: "downloaded {file_name}",
    Fact.TASK_FINISHED: "finished the work on {subject}",
    Fact.TEAM_JOINED: "put {name} into the team of {whom}",
    Fact.TEAM_LEFT: "took {name} out of the team of {whom}",
    Fact.THRESHOLDS_CHANGED: "changed from when a budget's light turns amber and red",
    Fact.USER_ADDED: "gave {subject} a way to sign in[ as {role}]",
    Fact.USER_CHANGED: "changed {fields} of {subject}",
    Fact.USER_SIGNED_IN: "signed in",
    Fact.USER_SIGNED_OUT: "signed out",
    Fact.USER_SIGN_IN_FAILED: "tried to sign in with a wrong password, or may not sign in",
}


def phrase_of(action: str) -> str:
    """Return a fact's phrase; a word that is no fact any more is said as it is written.

    >>> phrase_of("service.taught")
    'service taught'
    """
    try:
        return PHRASES[Fact(action)]
    except (ValueError, KeyError):
        return action.replace(".", " ").replace("_", " ")


def label_of(action: str) -> str:
    """Return a fact as a heading: `service.logged` is "Service logged"."""
    return action.replace(".", " ").replace("_", " ").capitalize()


# What entries are about, by the table of their row: what a reader of the log chooses from.
ABOUT = {
    "participants": "Participants",
    "plans": "Plans",
    "budgets": "Budgets",
    "services": "Services",
    "schedules": "Shifts that come back",
    "service_agreements": "Service agreements",
    "claims": "Claims",
    "attachments": "Files",
    "documents": "Documents",
    "incidents": "Incidents",
    "complaints": "Complaints",
    "restrictive_practices": "Restrictive practices",
    "risks": "Risks",
    "policies": "Policies",
    "users": "Staff and sign-ins",
    "organizations": "The organization and lists taken out",
    "tasks": "Long work",
    "task_files": "Downloads",
    "imports": "Imports",
    "email_logs": "Mail",
}
