"""What stands on a provider's letterhead: which logos and which bank details are taken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from caddy.domain.errors import RuleBroken
from caddy.domain.files import FileKind, kind_of
from caddy.domain.reports import Bank

LARGEST_LOGO_BYTES = 1024 * 1024
LONGEST_SIDE = 4_000  # pixels: more is not seen on paper, and takes memory to open
LONGEST_DUE_DAYS = 90
BSB_DIGITS = 6
_ACCOUNT = re.compile(r"[0-9]{4,10}")
_PNG_HEAD = b"IHDR"
# A JPEG's frame headers, which hold its size, are C0 to CF but for these three.
_NO_FRAME = {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a provider is and how it is reached, as its reports say it."""

    street: str | None = None
    suburb: str | None = None
    postcode: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None


def check_logo(content: bytes) -> FileKind:
    """Return the kind of a picture that can be a logo; what is in it decides, not its name."""
    if not content:
        raise RuleBroken("logo", "empty_file", "This file is empty.")
    if len(content) > LARGEST_LOGO_BYTES:
        raise RuleBroken("logo", "logo_too_large", "A logo has 1 MB at the most.")
    kind = kind_of(content)
    if kind not in {FileKind.PNG, FileKind.JPEG}:
        raise RuleBroken("logo", "logo_kind", "Choose a picture, as PNG or JPEG.")
    sides = picture_size(content)
    if sides is None:
        raise RuleBroken("logo", "logo_broken", "This picture cannot be read. Save it again.")
    if max(sides) > LONGEST_SIDE:
        raise RuleBroken(
            "logo", "logo_too_many_pixels", "A logo is at most 4,000 pixels wide and high."
        )
    return kind


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return how many pixels a PNG or JPEG is wide and high, or None where it does not say.

    >>> head = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000800000004")
    >>> picture_size(head), picture_size(b"x")
    ((8, 4), None)
    """
    if content[12:16] == _PNG_HEAD and len(content) >= 24:  # noqa: PLR2004 - a PNG's first 24 bytes
        sides = _number(content[16:20]), _number(content[20:24])
    else:
        sides = _jpeg_size(content)
    return sides if min(sides) > 0 else None


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Go from segment to segment of a JPEG to its frame header: marker, length, bits, sides."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker, length = content[at + 1], _number(content[at + 2 : at + 4])
        if marker == 0xFF:  # noqa: PLR2004 - padding
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:  # noqa: PLR2004 - a frame
            return _number(content[at + 7 : at + 9]), _number(content[at + 5 : at + 7])
        else:
            at += 2 + max(2, length)
    return 0, 0


def _number(some: bytes) -> int:
    return int.from_bytes(some, "big")


def clean_bank(account_name: str, bsb: str, account_number: str) -> Bank | None:
    """Return the account as it is kept, digits only; None where nothing at all is given.

    >>> clean_bank("Acacia Care", "062-000", "1234 5678")
    Bank(account_name='Acacia Care', bsb='062000', account_number='12345678')
    """
    name, bsb, number = account_name.strip(), _digits(bsb), _digits(account_number)
    if not (name or bsb or number):
        return None
    if not name:
        raise RuleBroken("account_name", "no_account_name", "Enter the name of the account.")
    if not (bsb.isascii() and bsb.isdigit() and len(bsb) == BSB_DIGITS):
        raise RuleBroken("bsb", "bsb", "A BSB has 6 digits, such as 062-000.")
    if not _ACCOUNT.fullmatch(number) or not number.isascii():
        raise RuleBroken(
            "account_number", "account_number", "An account number has 4 to 10 digits."
        )
    return Bank(name, bsb, number)


def show_bsb(bsb: str) -> str:
    """Return a BSB as banks write it.

    >>> show_bsb("062000")
    '062-000'
    """
    return f"{bsb[:3]}-{bsb[3:]}"


def check_due_days(days: int) -> None:
    if not 0 <= days <= LONGEST_DUE_DAYS:
        raise RuleBroken("due_days", "due_days", f"Between 0 and {LONGEST_DUE_DAYS} days.")


def _digits(text: str) -> str:
    return re.sub(r"[\s\-\u00a0]", "", text)
