"""The kinds of report, who may ask for them, and what each is asked with.

What a form sends under these names is what its maker gets as `params`, as text: ids as
UUIDs, days as ISO dates. Reads no table.
"""

from __future__ import annotations

from enum import StrEnum

from caddy.domain.permissions import Permission


class ReportKind(StrEnum):
    CLAIM = "claim"
    INVOICE = "invoice"
    STATEMENT = "statement"
    BUDGET = "budget"
    COMPLIANCE = "compliance"

    @property
    def label(self) -> str:
        return {
            "claim": "Claim report",
            "invoice": "Tax invoices of a claim",
            "statement": "Participant statement",
            "budget": "Budget report for a plan meeting",
            "compliance": "Compliance report",
        }[self.value]

    @property
    def what_for(self) -> str:
        return {
            "claim": "Every line of a claim, by participant, with its totals.",
            "invoice": "What plan managers and participants are asked to pay, ready to send.",
            "statement": "What one participant was given in a period, and what it cost.",
            "budget": "How one participant's budgets stand, and how long the money lasts.",
            "compliance": "What an auditor asks for: agreements, qualifications and records.",
        }[self.value]

    @property
    def needs(self) -> Permission:
        return {
            "claim": Permission.CLAIMS_READ,
            "invoice": Permission.CLAIMS_READ,
            "statement": Permission.BUDGETS_READ,
            "budget": Permission.BUDGETS_READ,
            "compliance": Permission.PARTICIPANTS_WRITE,
        }[self.value]

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the names of what it is asked with; all are required but the module."""
        return {
            "claim": ("claim_id",),
            "invoice": ("claim_id",),
            "statement": ("participant_id", "starts_on", "ends_on"),
            "budget": ("participant_id",),
            "compliance": ("module", "starts_on", "ends_on"),
        }[self.value]
