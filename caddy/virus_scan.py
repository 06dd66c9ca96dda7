"""The one door to ClamAV: the clamd protocol's INSTREAM, where an installation has one.

A file is clean, infected, or could not be looked at; the last is refused as the second is.
"""

from __future__ import annotations

import logging
import socket
from pathlib import Path

from caddy.config import load_settings
from caddy.domain.errors import RuleBroken

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
CONNECT_SECONDS = 5
ANSWER_SECONDS = 120
LONGEST_ANSWER = 4096
LONGEST_NAME = 200


class Infected(RuleBroken):
    """A scanner found a virus in a file; `signature` is what it calls it."""

    def __init__(self, signature: str, sha256: str) -> None:
        super().__init__(
            "file",
            "infected",
            "A virus was found in this file, so it was not kept. "
            "Tell whoever sent it to you, and do not open it.",
        )
        self.signature = signature
        self.sha256 = sha256


def check(place: Path, sha256: str) -> None:
    """Return where no virus is found in a file, or where no scanner is set up.

    Raises Infected, or RuleBroken where the scanner is away or will not look at the file.
    """
    address = load_settings().clamd
    if not address:
        return
    try:
        answer = _ask(address, place)
    except OSError as error:
        log.warning("virus_scan.away", extra={"reason": str(error)[:200]})
        raise _not_scanned() from error
    if answer.endswith(" FOUND"):
        signature = answer.removeprefix("stream: ").removesuffix(" FOUND")[:LONGEST_NAME]
        log.warning("virus_scan.found", extra={"signature": signature, "sha256": sha256})
        raise Infected(signature, sha256)
    if answer != "stream: OK":
        log.warning("virus_scan.no_answer", extra={"reason": answer[:LONGEST_NAME]})
        raise _not_scanned()


def _not_scanned() -> RuleBroken:
    return RuleBroken(
        "file",
        "not_scanned",
        "This file could not be checked for viruses just now. Try again in a few minutes.",
    )


def _ask(address: str, place: Path) -> str:
    with _connected(address) as line, place.open("rb") as file:
        line.sendall(b"zINSTREAM\0")
        try:
            while chunk := file.read(CHUNK):
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            # It hangs up on what is too long for it, after it has said so.
            log.info("virus_scan.hung_up")
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = line.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
    else:
        host, _, port = address.rpartition(":")
        line = socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line
