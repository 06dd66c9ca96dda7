"""Every table, a class a file. Importing this package registers them all."""

from pathlib import Path

from caddy.domain.budgets import AlertType
from caddy.models.agreement import AgreedItem, AgreementStatus, ServiceAgreement
from caddy.models.audit_log import AuditLog
from caddy.models.budget import (
    Budget,
    BudgetAdjustment,
    BudgetAlert,
    FundingPeriod,
)
from caddy.models.catalogue_import import CatalogueImport
from caddy.models.claim import (
    Claim,
    ClaimCounter,
    ClaimFile,
    ClaimLine,
    ClaimService,
    Payment,
    ResultFile,
    ResultMapping,
)
from caddy.models.email_log import EmailLog
from caddy.models.identity import MailedLink, UserSession
from caddy.models.imports import IdMapping, Import, ImportMapping, ImportRow
from caddy.models.medical_record import MedicalRecord
from caddy.models.notification import Notification
from caddy.models.organization import Organization, OrganizationContact, PeriodicRun, Site
from caddy.models.participant import (
    EmergencyContact,
    Participant,
    ParticipantTag,
    ParticipantWatcher,
    ParticipantWorker,
)
from caddy.models.plan import Plan
from caddy.models.retention import LegalHold, RetentionPolicy
from caddy.models.service import Attachment, Schedule, Service, ServiceChange
from caddy.models.staff import StaffQualification, WorkerAvailability, WorkerLeave
from caddy.models.support_item import SupportItem
from caddy.models.task import Task, TaskFile
from caddy.models.total import DailyTotal, OrganizationTotal
from caddy.models.user import User

# Where the numbered migrations lie; tests prove that they and these classes agree.
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

__all__ = [
    "MIGRATIONS",
    "AgreedItem",
    "AgreementStatus",
    "AlertType",
    "Attachment",
    "AuditLog",
    "Budget",
    "BudgetAdjustment",
    "BudgetAlert",
    "CatalogueImport",
    "Claim",
    "ClaimCounter",
    "ClaimFile",
    "ClaimLine",
    "ClaimService",
    "DailyTotal",
    "EmailLog",
    "EmergencyContact",
    "FundingPeriod",
    "IdMapping",
    "Import",
    "ImportMapping",
    "ImportRow",
    "LegalHold",
    "MailedLink",
    "MedicalRecord",
    "Notification",
    "Organization",
    "OrganizationContact",
    "OrganizationTotal",
    "Participant",
    "ParticipantTag",
    "ParticipantWatcher",
    "ParticipantWorker",
    "Payment",
    "PeriodicRun",
    "Plan",
    "ResultFile",
    "ResultMapping",
    "RetentionPolicy",
    "Schedule",
    "Service",
    "ServiceAgreement",
    "ServiceChange",
    "Site",
    "StaffQualification",
    "SupportItem",
    "Task",
    "TaskFile",
    "User",
    "UserSession",
    "WorkerAvailability",
    "WorkerLeave",
]
