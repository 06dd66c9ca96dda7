"""Every table, a class a file. Importing this package registers them all."""

from caddy.domain.budgets import AlertType
from caddy.models.agreement import AgreedItem, AgreementStatus, ServiceAgreement
from caddy.models.audit_log import AuditHead, AuditLog
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
from caddy.models.compliance import ComplianceScore, ExpiryNotice
from caddy.models.document import Document, DocumentVersion
from caddy.models.email_log import EmailEvent, EmailLog, EmailSuppression
from caddy.models.factor import RecoveryCode, TotpFactor
from caddy.models.identity import MailedLink, UserSession
from caddy.models.imports import IdMapping, Import, ImportMapping, ImportRow
from caddy.models.incident import Incident, IncidentNote
from caddy.models.medical_record import MedicalRecord
from caddy.models.message import (
    Conversation,
    ConversationMember,
    Message,
    MessageDocument,
    MessageMention,
)
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
from caddy.models.plan_manager import PlanManager
from caddy.models.received_action import ReceivedAction
from caddy.models.register import (
    CareRecord,
    Complaint,
    Policy,
    PolicyReading,
    PracticeUse,
    RegisterAction,
    RestrictivePractice,
    Risk,
)
from caddy.models.retention import LegalHold, RetentionPolicy
from caddy.models.saved_filter import SavedFilter
from caddy.models.service import Attachment, Schedule, Service, ServiceChange
from caddy.models.signing import AgreementPaper, Signing, SigningLink
from caddy.models.staff import StaffQualification, WorkerAvailability, WorkerLeave
from caddy.models.support_item import SupportItem
from caddy.models.task import Task, TaskFile
from caddy.models.telling import NotificationChoice, NotificationPreference, SmsLog
from caddy.models.total import DailyTotal, OrganizationTotal
from caddy.models.user import User
from caddy.models.way_in import Passkey, UserIdentity

__all__ = [
    "AgreedItem",
    "AgreementPaper",
    "AgreementStatus",
    "AlertType",
    "Attachment",
    "AuditHead",
    "AuditLog",
    "Budget",
    "BudgetAdjustment",
    "BudgetAlert",
    "CareRecord",
    "CatalogueImport",
    "Claim",
    "ClaimCounter",
    "ClaimFile",
    "ClaimLine",
    "ClaimService",
    "Complaint",
    "ComplianceScore",
    "Conversation",
    "ConversationMember",
    "DailyTotal",
    "Document",
    "DocumentVersion",
    "EmailEvent",
    "EmailLog",
    "EmailSuppression",
    "EmergencyContact",
    "ExpiryNotice",
    "FundingPeriod",
    "IdMapping",
    "Import",
    "ImportMapping",
    "ImportRow",
    "Incident",
    "IncidentNote",
    "LegalHold",
    "MailedLink",
    "MedicalRecord",
    "Message",
    "MessageDocument",
    "MessageMention",
    "Notification",
    "NotificationChoice",
    "NotificationPreference",
    "Organization",
    "OrganizationContact",
    "OrganizationTotal",
    "Participant",
    "ParticipantTag",
    "ParticipantWatcher",
    "ParticipantWorker",
    "Passkey",
    "Payment",
    "PeriodicRun",
    "Plan",
    "PlanManager",
    "Policy",
    "PolicyReading",
    "PracticeUse",
    "ReceivedAction",
    "RecoveryCode",
    "RegisterAction",
    "RestrictivePractice",
    "ResultFile",
    "ResultMapping",
    "RetentionPolicy",
    "Risk",
    "SavedFilter",
    "Schedule",
    "Service",
    "ServiceAgreement",
    "ServiceChange",
    "Signing",
    "SigningLink",
    "Site",
    "SmsLog",
    "StaffQualification",
    "SupportItem",
    "Task",
    "TaskFile",
    "TotpFactor",
    "User",
    "UserIdentity",
    "UserSession",
    "WorkerAvailability",
    "WorkerLeave",
]
