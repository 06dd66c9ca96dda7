"""The reference of live panels: an app that passes on what Redis publishes, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

from flask import Flask, Response

from caddy.extensions import redis_client

CHANNEL = "bench:relay"


def create_app() -> Flask:
    app = Flask(__name__)
    queues: set[SimpleQueue[bytes]] = set()
    started: list[threading.Thread] = []

    def relay() -> None:
        pubsub = redis_client().pubsub()  # type: ignore[no-untyped-call] # redis-py's own gap
        pubsub.subscribe(CHANNEL)
        while True:
            message = pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
            if message:
                for queue in list(queues):
                    queue.put(message["data"])

    @app.get("/live")
    def live() -> Response:
        if not started:
            started.append(threading.Thread(target=relay, daemon=True))
            started[0].start()
        queue: SimpleQueue[bytes] = SimpleQueue()
        queues.add(queue)

        def stream() -> Iterator[bytes]:
            yield b"retry: 1000\n\n"
            while True:
                yield queue.get()

        return Response(stream(), mimetype="text/event-stream")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app
