"""Claims for the bookkeeping: Xero's sales invoices and contacts, and a journal. As CSV.

Text that a spreadsheet would take for a formula is made safe; amounts are plain numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from caddy.domain.claims import GstCode, gst_inside
from caddy.domain.ndis.categories import category_name

# Xero's own templates "SalesInvoiceTemplate.csv" and "Contacts.csv"; a star marks what it needs.
XERO_INVOICE_HEADER = (
    "*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,"
    "POCity,PORegion,POPostalCode,POCountry,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,"
    "InventoryItemCode,*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,"
    "TaxAmount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency,BrandingTheme"
).split(",")
XERO_CONTACT_HEADER = (
    "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,"
    "POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry"
).split(",")
XERO_TAX_TYPES = {
    GstCode.TAXABLE: "GST on Income",
    GstCode.FREE: "GST Free Income",
    GstCode.OUT_OF_SCOPE: "BAS Excluded",
}
JOURNAL_HEADER = ("Date", "Reference", "Account", "Description", "GST code", "Debit", "Credit")
RECEIVABLE = "Accounts receivable"

DUE_DAYS = 14
INCOME_ACCOUNT = "200"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of a claim as the books take it; its amount includes GST where that applies."""

    invoice_number: str
    invoice_on: date
    payer: str
    participant: str
    reference: str
    description: str
    item_number: str
    support_category: int
    service_on: date
    total_cents: int
    gst_code: GstCode = GstCode.FREE
    email: str = ""

    @property
    def gst_cents(self) -> int:
        return gst_inside(self.total_cents, self.gst_code)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is invoiced, with the address that Xero keeps of them."""

    name: str
    account_number: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""


def safe_cell(text: str) -> str:
    """Return text that no spreadsheet runs as a formula.

    >>> safe_cell("=1+1"), safe_cell("Pat Green")
    ("'=1+1", 'Pat Green')
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text


def amount(cents: int) -> str:
    """Return cents as a plain number of dollars.

    >>> amount(-1205)
    '-12.05'
    """
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def xero_invoices(
    lines: Iterable[BookLine], *, account: str = INCOME_ACCOUNT, due_days: int = DUE_DAYS
) -> bytes:
    """Return sales invoices in Xero's import layout, a row a line.

    Each line is one unit at its whole amount: minutes and prices would round to another cent
    there. Import them as "tax inclusive".
    """
    rows = []
    for line in lines:
        cells = {
            "*ContactName": safe_cell(line.payer),
            "EmailAddress": safe_cell(line.email),
            "*InvoiceNumber": line.invoice_number,
            "Reference": safe_cell(line.reference),
            "*InvoiceDate": f"{line.invoice_on:%d/%m/%Y}",
            "*DueDate": f"{line.invoice_on + timedelta(days=due_days):%d/%m/%Y}",
            "*Description": safe_cell(
                f"{line.participant}, {line.service_on:%d/%m/%Y}: {line.description}"
            ),
            "*Quantity": "1",
            "*UnitAmount": amount(line.total_cents),
            "*AccountCode": account,
            "*TaxType": XERO_TAX_TYPES[line.gst_code],
            "TaxAmount": amount(line.gst_cents),
            "TrackingName1": "Support category",
            "TrackingOption1": safe_cell(category_name(line.support_category)),
            "Currency": "AUD",
        }
        rows.append([cells.get(name, "") for name in XERO_INVOICE_HEADER])
    return _csv(XERO_INVOICE_HEADER, rows)


def xero_contacts(contacts: Iterable[Contact]) -> bytes:
    """Return contacts in Xero's import layout, one a name."""
    by_name = {one.name: one for one in contacts}
    rows = []
    for one in by_name.values():
        cells = {
            "*ContactName": one.name,
            "AccountNumber": one.account_number,
            "EmailAddress": one.email,
            "FirstName": one.first_name,
            "LastName": one.last_name,
            "POAddressLine1": one.street,
            "POCity": one.city,
            "PORegion": one.state,
            "POPostalCode": one.postcode,
            "POCountry": "Australia",
        }
        rows.append([safe_cell(cells.get(name, "")) for name in XERO_CONTACT_HEADER])
    return _csv(XERO_CONTACT_HEADER, rows)


def journal(lines: Iterable[BookLine], on: date, reference: str) -> bytes:
    """Return one journal: income by support category and GST code, GST, and what is owed for it.

    Debits and credits are equal to the cent.
    """
    income: dict[tuple[int, GstCode], int] = {}
    gst = owed = 0
    for line in lines:
        key = (line.support_category, line.gst_code)
        income[key] = income.get(key, 0) + line.total_cents - line.gst_cents
        gst += line.gst_cents
        owed += line.total_cents
    day, name = on.isoformat(), safe_cell(reference)
    rows = [[day, name, RECEIVABLE, "Claimed supports", "", amount(owed), ""]]
    for (category, code), cents in sorted(income.items()):
        what = f"{category:02} {category_name(category)}"
        rows.append([day, name, "NDIS income", what, code.value, "", amount(cents)])
    if gst:
        taxed = GstCode.TAXABLE.value
        rows.append([day, name, "GST collected", "GST on supports", taxed, "", amount(gst)])
    return _csv(JOURNAL_HEADER, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(header)
    table.writerows(rows)
    return written.getvalue().encode("utf-8-sig")
