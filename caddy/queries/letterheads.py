"""What stands on the organization's reports: its letterhead, its logo's bytes, its bank account."""

from __future__ import annotations

from caddy import storage
from caddy.domain.letterheads import show_bsb
from caddy.domain.reports import Bank, Letterhead
from caddy.models import Organization
from caddy.queries import organizations

LOGO = "logo"  # its name among a report's assets


def head(organization: Organization | None = None) -> Letterhead:
    """Return who sends a report. The logo counts only where its bytes are still there."""
    own = organization or organizations.current()
    place = ", ".join(part for part in (own.street, own.suburb) if part)
    where = " ".join(part for part in (place, own.state, own.postcode) if part) if place else ""
    return Letterhead(
        name=own.name,
        abn=own.abn,
        registration=own.ndis_registration,
        contact=tuple(one for one in (where, own.contact_phone, own.contact_email) if one),
        has_logo=bool(logo(own)),
    )


def logo(organization: Organization | None = None) -> bytes | None:
    """Return the bytes of the logo, or None where there is none."""
    own = organization or organizations.current()
    if own.logo_sha256 is None:
        return None
    try:
        with storage.open_file(own.logo_sha256) as file:
            return file.read()
    except FileNotFoundError:
        return None


def assets() -> dict[str, bytes]:
    """Return what a report is handed besides its text: the logo, if there is one."""
    content = logo()
    return {LOGO: content} if content else {}


def bank() -> Bank | None:
    """Return where invoices are paid to, as it is written."""
    own = organizations.current()
    if own.bank_bsb is None:
        return None
    return Bank(own.bank_account_name or "", show_bsb(own.bank_bsb), own.bank_account_number or "")


def due_days() -> int:
    """Return within how many days invoices are to be paid."""
    return organizations.current().invoice_due_days
