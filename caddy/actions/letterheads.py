"""Changing what stands on an organization's reports and invoices: contact, logo, bank account."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from caddy import audit, storage
from caddy.actions.refused_files import noted
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.domain.letterheads import (
    LARGEST_LOGO_BYTES,
    Contact,
    check_due_days,
    check_logo,
    clean_bank,
)
from caddy.domain.reports import Bank
from caddy.queries import organizations
from caddy.transaction import transaction


def set_contact(contact: Contact, *, actor: Actor) -> None:
    """Say where the organization is and how it is reached."""
    with transaction(actor):
        _change(Fact.CONTACT_CHANGED, asdict(contact))


def set_bank_account(
    account_name: str, bsb: str, account_number: str, due_days: int, *, actor: Actor
) -> Bank | None:
    """Say where invoices are paid to and within how many days; three empty fields take it away."""
    bank = clean_bank(account_name, bsb, account_number)
    check_due_days(due_days)
    with transaction(actor):
        _change(
            Fact.BANK_ACCOUNT_CHANGED,
            {
                "bank_account_name": bank.account_name if bank else None,
                "bank_bsb": bank.bsb if bank else None,
                "bank_account_number": bank.account_number if bank else None,
                "invoice_due_days": due_days,
            },
        )
    return bank


def set_logo(stream: BinaryIO, *, actor: Actor) -> None:
    """Keep a picture as the logo that stands on every report from now on."""
    content = stream.read(LARGEST_LOGO_BYTES + 1)
    check_logo(content)
    with noted("logo", actor):
        stored = storage.store(io.BytesIO(content))
    with transaction(actor):
        _change(Fact.LOGO_CHANGED, {"logo_sha256": stored.sha256})


def remove_logo(*, actor: Actor) -> None:
    """Let the name stand where the logo was. Reports that were made keep theirs."""
    with transaction(actor):
        _change(Fact.LOGO_CHANGED, {"logo_sha256": None})


def _change(fact: Fact, values: Mapping[str, Any]) -> None:
    organization = organizations.current()
    changes = {name: (getattr(organization, name), after) for name, after in values.items()}
    for name, after in values.items():
        setattr(organization, name, after)
    audit.record(fact, organization, changes=changes)
