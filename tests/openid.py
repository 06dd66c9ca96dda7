"""A small OpenID Connect provider on this machine; told to, it says what is not so."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = ("caddy-test", "s3cret of the client")
NAME = "Kauri"


class Service:
    """What the provider knows. It shows `key`, and signs with `signer` where there is one."""

    def __init__(self) -> None:
        self.issuer = ""
        self.calls: list[str] = []
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.signer: RSAKey | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}

    @property
    def configured(self) -> str:
        """Return it as CADDY_OIDC has it."""
        return json.dumps(
            [
                {
                    "name": NAME,
                    "issuer": self.issuer,
                    "client_id": CLIENT[0],
                    "client_secret": CLIENT[1],
                }
            ]
        )

    def approve(self, address: str, **claims: Any) -> str:
        """Sign someone in who was sent here; return the query that they come back with."""
        asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT[0]
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        self.claims = claims
        return urlencode({"code": code, "state": asked["state"], "iss": self.issuer})

    def token(self, form: dict[str, list[str]], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once, for who proves to be the client that asked."""
        asked = self.codes.pop(form["code"][0], None)
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"][0]
            or told != ":".join(CLIENT)
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT[0],
            "sub": "248289761001",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.signer or self.key)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def running() -> Iterator[Service]:
    """Run the provider on a free port."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.calls.append(self.path)
            if self.path == "/jwks":
                self._send(200, {"keys": [service.key.as_dict(private=False)]})
                return
            self._send(
                200,
                {
                    "issuer": service.issuer,
                    "authorization_endpoint": f"{service.issuer}/authorize",
                    "token_endpoint": f"{service.issuer}/token",
                    "jwks_uri": f"{service.issuer}/jwks",
                    **service.discovery,
                },
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*service.token(parse_qs(body), self.headers.get("Authorization", "")))

        def _send(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield service
        server.shutdown()
        thread.join(5)
