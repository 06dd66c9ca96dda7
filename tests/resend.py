"""A mail service of this machine that speaks Resend's protocol, and answers as it is told."""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr

from caddy.config import load_settings

KEY = "re_test_0123456789"
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests").decode()
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass
class Resend:
    """What was sent, by its key; `answer` is a status and a body to give instead."""

    url: str = ""
    mails: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    answer: tuple[int, Any] | None = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    loses_answers: bool = False
    drops: bool = False
    hangs: threading.Event | None = None
    busy: set[str] = field(default_factory=set)
    waits: threading.Event = field(default_factory=threading.Event)

    def take(self, headers: dict[str, str], mail: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(headers)
        return self._refused(headers) or self._taken(headers, mail)

    def _refused(self, headers: dict[str, str]) -> tuple[int, Any] | None:
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"statusCode": 401, "name": "x", "message": "API key is invalid"}
        if "User-Agent" not in headers:
            return 403, {"message": "A user agent is missing"}
        return None

    def _taken(self, headers: dict[str, str], mail: dict[str, Any]) -> tuple[int, Any]:
        key = headers["Idempotency-Key"]
        if key in self.busy:
            return 409, {"name": "concurrent_idempotent_requests", "message": "In progress."}
        if self.hangs:
            self.busy.add(key)
            self.waits.set()
            self.hangs.wait(10)
            self.busy.discard(key)
        if self.answer:
            return self.answer
        if not all(TAG.fullmatch(value) for tag in mail["tags"] for value in tag.values()):
            return 422, {"name": "validation_error", "message": "Tags hold letters only."}
        known = self.mails.setdefault(key, mail)
        if known != mail:
            return 409, {"name": "invalid_idempotent_request", "message": "Not the same mail."}
        if self.loses_answers:
            return 200, "no JSON"
        return 200, {"id": f"resend-{key}"}


@contextmanager
def running() -> Iterator[Resend]:
    service = Resend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            mail = json.loads(self.rfile.read(length))
            status, body = service.take(dict(self.headers), mail)
            if self.path != "/emails":
                status, body = 404, {"message": "There is no such address"}
            if service.drops:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in service.answer_headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                self.close_connection = True  # the client did not wait

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        if service.hangs:
            service.hangs.set()
        server.shutdown()
        server.server_close()
        thread.join()


def news(kind: str, provider_id: str, **more: Any) -> bytes:
    """Return the body of a webhook as Resend sends it; `tags`, `bounce`, `at` go inside."""
    data = {"email_id": provider_id, "to": ["cora@acacia.example"], "tags": {}, **more}
    at = data.pop("at", "2026-11-21T01:02:03.456Z")
    return json.dumps({"type": kind, "created_at": at, "data": data}).encode()


def signed(
    body: bytes, message_id: str = "msg_1", *, secret: str = SECRET, age: int = 0
) -> dict[str, str]:
    """Return the headers that Svix puts on a webhook, by its own description of them."""
    stamp = str(int(time.time()) - age)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mark = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(mark).decode()}"
    return {"svix-id": message_id, "svix-timestamp": stamp, "svix-signature": signature}


def settings(**changes: Any) -> Any:
    """Return the settings of the tests with changes; `key` and `url` are the service's."""
    return load_settings().model_copy(
        update={
            "resend_webhook_secret": SecretStr(changes.pop("webhook_secret", "")),
            "resend_api_key": SecretStr(changes.pop("key", "")),
            "resend_url": changes.pop("url", "https://api.resend.com"),
            **changes,
        }
    )
