"""The demo's documents: small PDFs of a few lines each, put to people as someone would."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from caddy.actions.attachments import Upload
from caddy.actions.documents import add_documents, add_version
from caddy.domain.actor import Actor
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName

TOP, STEP = 770, 26


def add_papers(people: list[Any], worker_id: UUID, today: date, actor: Actor) -> None:
    """Add documents of a few participants, of a worker, and of the organization itself."""
    soon, later, past = (today + timedelta(days=days) for days in (20, 300, -6))
    for number, row in enumerate(people[:3]):
        name = f"{row.first_name} {row.last_name}"
        link = Link(LinkName.PARTICIPANT, row.id)
        consent = _add(
            DocumentEntry(
                DocumentKind.CONSENT,
                "Consent to share information",
                ("Signed",),
                soon if number == 0 else later,
            ),
            [name, "I agree that my provider shares what is", "needed with my therapists."],
            link,
            actor,
        )
        if number == 0:
            again = _paper("Consent to share information", [name, "With my pharmacist as well."])
            add_version(consent, Upload(again, "consent signed again.pdf"), actor=actor)
    first = Link(LinkName.PARTICIPANT, people[0].id)
    goals = ["To cook twice a week.", "To take the bus to work."]
    plan = DocumentEntry(DocumentKind.SUPPORT_PLAN, "Support plan", ("Goals",), later)
    _add(plan, goals, first, actor)
    held = DocumentEntry(DocumentKind.CERTIFICATE, "First aid certificate", (), past)
    _add(held, ["HLTAID011"], Link(LinkName.USER, worker_id), actor)
    insured = DocumentEntry(DocumentKind.INSURANCE, "Public liability insurance", (), soon)
    _add(insured, ["$20,000,000.00 for any one event."], None, actor)
    policy = DocumentEntry(DocumentKind.POLICY, "Incident management policy", ("Quality",))
    _add(policy, ["Make it safe. Tell your coordinator. Write it down."], None, actor)


def _add(entry: DocumentEntry, lines: list[str], link: Link | None, actor: Actor) -> UUID:
    upload = Upload(_paper(entry.title, lines), f"{entry.title.lower()}.pdf")
    (made,) = add_documents([upload], entry, link, actor=actor)
    return made


def _paper(title: str, lines: list[str]) -> io.BytesIO:
    """Return a PDF of one page with some lines of plain letters; WeasyPrint may be missing."""
    words = [f"BT /F1 20 Tf 72 {TOP} Td ({title}) Tj ET"]
    words += [
        f"BT /F1 12 Tf 72 {TOP - STEP * at} Td ({line}) Tj ET" for at, line in enumerate(lines, 2)
    ]
    text = "\n".join(words).encode("ascii", "replace")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
        % b"<< /Font << /F1 5 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    size = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(parts) + 1)
    return io.BytesIO(made + head + table + size + b"startxref\n%d\n%%%%EOF\n" % len(made))
