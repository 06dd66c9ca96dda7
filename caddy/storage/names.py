"""By what a file is named, wherever it lies: the SHA-256 of its bytes and nothing else."""

from __future__ import annotations

import re

_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_name(text: str) -> bool:
    return bool(_SHA256.fullmatch(text))


def checked(sha256: str) -> str:
    """Return a checksum, or raise ValueError where it is none."""
    if not is_name(sha256):
        raise ValueError("a file is found by its SHA-256")
    return sha256
