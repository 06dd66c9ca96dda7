"""A device that makes and uses passkeys, as WebAuthn says; told to, it cheats."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost:8000"  # as Caddy's own address without any configuration
PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def content(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """Has one passkey. What it says of itself can be changed, to lie."""

    origin: str = ORIGIN
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 1
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: str, **lies: str) -> str:
        """Return the answer to what a browser was asked to make."""
        point = self.key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        made = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(HAS_CREDENTIAL) + credential,
        }
        return self._answer(
            {
                "clientDataJSON": text(self._client_data("webauthn.create", asked, lies)),
                "attestationObject": text(cbor2.dumps(made)),
                "transports": ["internal"],
            }
        )

    def use(self, asked: str, **lies: str) -> str:
        """Return the answer to what a browser was asked to sign; the counter goes on."""
        self.count += 1
        client_data, data = self._client_data("webauthn.get", asked, lies), self._data()
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            {
                "clientDataJSON": text(client_data),
                "authenticatorData": text(data),
                "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            }
        )

    def _client_data(self, kind: str, asked: str, lies: dict[str, str]) -> bytes:
        said = {"type": kind, "challenge": json.loads(asked)["challenge"], "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False, **lies}).encode()

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": text(self.id),
                "rawId": text(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
