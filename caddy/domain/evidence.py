"""What is evidence for each module of the NDIS Practice Standards, and what a pack of it is of.

Source of the outcomes: NDIS Practice Standards and Quality Indicators, November 2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caddy.domain.documents import DocumentKind
from caddy.domain.practice_standards import PracticeModule

_D = DocumentKind
OF_STAFF = (_D.SCREENING, _D.CERTIFICATE, _D.INSURANCE, _D.IDENTITY)
OF_CARE = (_D.SUPPORT_PLAN, _D.ASSESSMENT, _D.RISK_ASSESSMENT, _D.MEDICAL, _D.NDIS_PLAN)
RULES = (_D.POLICY, _D.PROCEDURE)
LOGS = ("changes", "actors")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a module is met: its outcomes, the registers and the kinds of documents."""

    outcomes: tuple[str, ...]
    registers: tuple[str, ...]
    documents: tuple[DocumentKind, ...]


EVIDENCE: dict[PracticeModule, Evidence] = {
    PracticeModule.RIGHTS: Evidence(
        (
            *("Person-centred supports", "Individual values and beliefs", "Privacy and dignity"),
            "Independence and informed choice",
            "Violence, abuse, neglect, exploitation and discrimination",
        ),
        ("agreements", "care_records", "incidents", "complaints", "policies", "documents"),
        (*RULES, _D.CONSENT, _D.AGREEMENT, _D.SUPPORT_PLAN, _D.INCIDENT),
    ),
    PracticeModule.GOVERNANCE: Evidence(
        (
            *("Governance and operational management", "Risk management", "Quality management"),
            *("Information management", "Feedback and complaints management"),
            *("Incident management", "Human resource management", "Continuity of supports"),
            "Emergency and disaster management",
        ),
        (
            *("qualifications", "incidents", "complaints", "risks", "policies", "documents"),
            *LOGS,
        ),
        (*RULES, *OF_STAFF, _D.COMPLAINT, _D.INCIDENT, _D.RISK_ASSESSMENT, _D.CORRESPONDENCE),
    ),
    PracticeModule.PROVISION: Evidence(
        (
            *("Access to supports", "Support planning", "Service agreements with participants"),
            *("Responsive support provision", "Transitions to or from the provider"),
        ),
        ("agreements", "plans", "care_records", "risks", "documents"),
        (*RULES, *OF_CARE, _D.AGREEMENT, _D.CONSENT, _D.CORRESPONDENCE),
    ),
    PracticeModule.ENVIRONMENT: Evidence(
        (
            *("Safe environment", "Participant money and property", "Management of medication"),
            *("Mealtime management", "Management of waste"),
        ),
        ("risks", "incidents", "policies", "qualifications", "documents"),
        (*RULES, *OF_STAFF, _D.RISK_ASSESSMENT, _D.MEDICAL, _D.RECEIPT, _D.PHOTO),
    ),
    PracticeModule.HIGH_INTENSITY: Evidence(
        (
            *("Complex bowel care", "Enteral feeding", "Severe dysphagia", "Tracheostomy"),
            *("Urinary catheters", "Ventilator", "Subcutaneous injections", "Complex wounds"),
        ),
        ("qualifications", "care_records", "risks", "incidents", "documents"),
        (*RULES, *OF_CARE, *OF_STAFF),
    ),
    PracticeModule.BEHAVIOUR_SUPPORT: Evidence(
        (
            *("Behaviour support in the NDIS", "Restrictive practices"),
            "Functional behavioural assessments and behaviour support plans",
            "Supporting the implementation of the plan",
            "Monitoring and review of the plan",
            *("Reportable incidents", "Interim behaviour support plans"),
        ),
        ("restrictive_practices", "incidents", "qualifications", "care_records", "documents"),
        (*RULES, *OF_STAFF, _D.BEHAVIOUR_SUPPORT_PLAN, _D.ASSESSMENT, _D.CONSENT, _D.INCIDENT),
    ),
    PracticeModule.IMPLEMENTING_BEHAVIOUR_SUPPORT: Evidence(
        (
            *("Behaviour support in the NDIS", "Regulated restrictive practices"),
            "Implementation of behaviour support plans",
            "Monitoring and reporting the use of restrictive practices",
            *("Review of the plan", "Reportable incidents", "Interim behaviour support plans"),
        ),
        ("restrictive_practices", "incidents", "qualifications", "care_records", "documents"),
        (*RULES, *OF_STAFF, _D.BEHAVIOUR_SUPPORT_PLAN, _D.CONSENT, _D.INCIDENT),
    ),
    PracticeModule.EARLY_CHILDHOOD: Evidence(
        (
            *("The child", "The family", "Inclusion", "Collaboration", "Capacity building"),
            *("Evidence-informed practice", "Outcomes-based approach"),
        ),
        ("qualifications", "plans", "care_records", "incidents", "documents"),
        (*RULES, *OF_CARE, *OF_STAFF, _D.CONSENT),
    ),
    PracticeModule.SUPPORT_COORDINATION: Evidence(
        (
            *("Specialised support coordination", "Management of a participant's NDIS supports"),
            "Conflict of interest",
        ),
        ("plans", "agreements", "care_records", "risks", "qualifications", "documents"),
        (*RULES, *OF_CARE, *OF_STAFF, _D.AGREEMENT, _D.CORRESPONDENCE),
    ),
    PracticeModule.ACCOMMODATION: Evidence(
        (
            *("Rights and responsibilities", "Conflict of interest"),
            "Service agreements with participants",
            *("Enrolment of SDA properties", "Tenancy management"),
        ),
        ("agreements", "incidents", "complaints", "risks", "policies", "documents"),
        (*RULES, _D.AGREEMENT, _D.CERTIFICATE, _D.INSURANCE, _D.RISK_ASSESSMENT, _D.PHOTO),
    ),
    PracticeModule.VERIFICATION: Evidence(
        (
            *("Human resource management", "Incident management"),
            *("Complaints management", "Risk management"),
        ),
        ("qualifications", "incidents", "complaints", "risks", "policies", "documents"),
        (*RULES, *OF_STAFF, _D.COMPLAINT, _D.INCIDENT),
    ),
}


def module_of(params: Mapping[str, str]) -> PracticeModule | None:
    """Return the module that was chosen, or None for all of them.

    >>> module_of({"module": "governance"}).label, module_of({"module": ""}), module_of({})
    ('Core 2: Governance and operational management', None, None)
    """
    try:
        return PracticeModule(params.get("module", ""))
    except ValueError:
        return None


def gives_evidence(register: str, module: PracticeModule | None) -> bool:
    """Say whether a register is evidence for a module; all of them are for none in particular."""
    return module is None or register in EVIDENCE[module].registers


def kinds_for(module: PracticeModule | None) -> tuple[DocumentKind, ...]:
    """Return the kinds of documents that are evidence for a module."""
    return tuple(DocumentKind) if module is None else EVIDENCE[module].documents
