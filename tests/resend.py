"""A mail service of this machine that speaks Resend's protocol, and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr

from caddy.config import load_settings

KEY = "re_test_0123456789"


@dataclass
class Resend:
    """What was sent, by its key; `answer` is a status and a body to give instead."""

    url: str = ""
    mails: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    answer: tuple[int, Any] | None = None
    loses_answers: bool = False
    hangs: threading.Event | None = None

    def take(self, headers: dict[str, str], mail: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(headers)
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"statusCode": 401, "name": "x", "message": "API key is invalid"}
        if "User-Agent" not in headers:
            return 403, {"message": "A user agent is missing"}
        if self.hangs:
            self.hangs.wait(10)
        if self.answer:
            return self.answer
        key = headers["Idempotency-Key"]
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
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
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


def settings(**changes: Any) -> Any:
    """Return the settings of the tests with changes; `key` and `url` are the service's."""
    return load_settings().model_copy(
        update={
            "resend_api_key": SecretStr(changes.pop("key", "")),
            "resend_url": changes.pop("url", "https://api.resend.com"),
            **changes,
        }
    )
