"""One subscription a process, fanned out to the panels that are open in it.

A fragment is rendered once for each audience and the same bytes go to all of them, so that
a thousand panels cost one render. Works in a thread or, under gevent, in a greenlet.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from uuid import UUID

import redis
from flask import Flask

from caddy import metrics, tenancy
from caddy.domain.permissions import Permission
from caddy.events import bus, fragments
from caddy.events.bus import Event, Topic
from caddy.events.wire import Wire
from caddy.translation import languages

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
SUBSCRIBE_SECONDS = 1
MOST_WAITING = 64
MOST_REPLAYED = 200
VERSIONS_KEPT = 20_000
USER = "user"

BEAT = b"event: beat\ndata: .\n\n"
REFRESH = b"event: refresh\ndata: .\n\n"
CLOSE = b""
WAKE = b"rest"


class Listener:
    """One open stream: who listens, and what waits to be sent to them."""

    __slots__ = (
        "_is_closed",
        "_is_waiting",
        "_rest",
        "_waiting",
        "_wire",
        "language",
        "organization_id",
        "permissions",
        "until",
        "user_id",
    )

    def __init__(
        self,
        organization_id: UUID,
        user_id: UUID | None,
        permissions: frozenset[Permission],
        wire: Wire | None = None,
        lasts_seconds: float | None = None,
    ) -> None:
        self.organization_id = organization_id
        self.user_id = user_id
        self.permissions = permissions
        # When its session is over, on this process's own clock; it comes back if it is not.
        self.until = None if lasts_seconds is None else time.monotonic() + lasts_seconds
        self.language = languages.language()  # of the page that it was opened on
        self._wire = wire
        self._rest = b""
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        self._is_waiting = False
        self._is_closed = False

    def give(self, data: bytes) -> None:
        """Send something, or leave it to be sent by the stream.

        One who does not keep up is told to refresh instead.
        """
        if self._is_closed:
            return
        if self._wire is not None and self._is_waiting and self._waiting.empty():
            self._send(self._wire, data)
            return
        if self._waiting.qsize() >= MOST_WAITING:
            self._drop_waiting()
            data = REFRESH
        self._waiting.put(data)

    def _send(self, wire: Wire, data: bytes) -> None:
        """Write to the connection of a stream that waits; wake it only for what is left over."""
        try:
            rest = wire.send_at_once(data)
        except OSError:
            self.close()
            return
        if rest:
            self._is_waiting, self._rest = False, rest
            self._waiting.put(WAKE)

    def close(self) -> None:
        """End the stream; what still waits was meant for rights that are no more."""
        self._is_closed = True
        self._drop_waiting()
        self._waiting.put(CLOSE)

    def _drop_waiting(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                self._waiting.get_nowait()

    def take(self) -> bytes:
        """Wait for what is to be sent next by the stream itself."""
        while True:
            self._is_waiting = True
            data = self._waiting.get()
            self._is_waiting = False
            if self._rest and self._wire is not None:
                rest, self._rest = self._rest, b""
                self._wire.send_all(rest)
            if data is not WAKE:
                return data


class Hub:
    """The listeners of this process, and the thread that serves them."""

    def __init__(self) -> None:
        self._listeners: dict[UUID, set[Listener]] = {}
        self._versions: OrderedDict[tuple[str, UUID], int] = OrderedDict()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_subscribed = threading.Event()
        self._app: Flask | None = None
        self._next_beat = 0.0

    def bind(self, app: Flask) -> None:
        self._app = app

    def count(self) -> int:
        return sum(len(listeners) for listeners in self._listeners.values())

    def listeners(self) -> list[Listener]:
        with self._lock:
            return [one for some in self._listeners.values() for one in some]

    def add(self, listener: Listener) -> None:
        """Serve a listener from now on: returns when this process hears of what happens.

        Without Redis it returns after a moment; a refresh follows when Redis is back.
        """
        with self._lock:
            self._listeners.setdefault(listener.organization_id, set()).add(listener)
            if self._thread is None or not self._thread.is_alive():
                # Begun with the first listener: by then a server has forked its workers.
                self._thread = threading.Thread(target=self._serve, name="live-hub", daemon=True)
                self._thread.start()
            metrics.LISTENERS.set(self.count())
        self._is_subscribed.wait(SUBSCRIBE_SECONDS)

    def remove(self, listener: Listener) -> None:
        with self._lock:
            listeners = self._listeners.get(listener.organization_id, set())
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(listener.organization_id, None)
            metrics.LISTENERS.set(self.count())

    def stream(self, listener: Listener, first: bytes) -> Iterator[bytes]:
        """Yield what is to be sent to a listener, for ever; forget it when it goes.

        A timer for each listener and event would cost more than sending the event: the
        heartbeat comes from the hub.
        """
        data = first
        try:
            while data != CLOSE:
                yield data
                data = listener.take()
        finally:
            self.remove(listener)

    def first_message(self, listener: Listener, last_id: str) -> bytes:
        """Return what a new stream begins with: what its page has missed since `last_id`.

        Runs in the request, in the organization's scope, after the listener was added:
        an event between the two is sent twice rather than lost.
        """
        events = bus.since(listener.organization_id, last_id)
        retry = b"retry: 1000\n"
        if events is None:
            newest = bus.current_id(listener.organization_id)
            return retry + f"id: {newest}\n".encode() + REFRESH
        topics = {(topic.kind, topic.id): topic for event in events for topic in event.topics}
        if len(topics) > MOST_REPLAYED:
            return retry + f"id: {events[-1].id}\n".encode() + REFRESH
        newest = events[-1].id if events else last_id
        shown = fragments.render(topics.values())
        return retry + fragments.message(shown, listener.permissions, newest, listener.user_id)

    def _serve(self) -> None:
        was_lost = False
        pause = 0.5
        while True:
            try:
                pubsub = bus.subscribe()
                self._is_subscribed.set()
                if was_lost:
                    self._tell_everyone(REFRESH)
                was_lost, pause = False, 0.5
                while True:
                    self._take(list(bus.received(pubsub, first_wait=1)))
                    self._beat()
            except (redis.RedisError, OSError):
                was_lost = True
                self._is_subscribed.clear()
                log.warning("live.connection_lost")
                self._beat()
                time.sleep(pause)
                pause = min(pause * 2, 5)
            except Exception:
                # Panels may have missed something: they ask for themselves once it listens again.
                was_lost = True
                self._is_subscribed.clear()
                log.exception("live.failed")
                time.sleep(0.2)

    def _beat(self) -> None:
        """Send a heartbeat to everyone every 15 seconds: it also finds connections that died."""
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + HEARTBEAT_SECONDS
            self._tell_everyone(BEAT)
            self._close_overdue()

    def _close_overdue(self) -> None:
        """End the streams of sessions that are over by time."""
        now = time.monotonic()
        for listener in self.listeners():
            if listener.until is not None and now >= listener.until:
                listener.close()

    def _take(self, events: list[Event]) -> None:
        """Send what arrived together as one message for each organization."""
        by_organization: dict[UUID, list[Event]] = {}
        for event in events:
            by_organization.setdefault(event.organization_id, []).append(event)
        for organization_id, arrived in by_organization.items():
            listeners = list(self._listeners.get(organization_id, ()))
            topics = self._newer([topic for event in arrived for topic in event.topics])
            if listeners and topics:
                self._send(organization_id, listeners, topics, arrived[-1].id)

    def _newer(self, topics: list[Topic]) -> list[Topic]:
        """Return the topics that are news here: the outbox announces everything again."""
        news = {}
        for topic in topics:
            key = (topic.kind, topic.id)
            if topic.version > self._versions.get(key, -1):
                self._versions[key] = topic.version
                self._versions.move_to_end(key)
                news[key] = topic
        while len(self._versions) > VERSIONS_KEPT:
            self._versions.popitem(last=False)
        return list(news.values())

    def _send(
        self, organization_id: UUID, listeners: list[Listener], topics: list[Topic], event_id: str
    ) -> None:
        self._close_changed(listeners, {topic.id for topic in topics if topic.kind == USER})
        if self._app is None:
            return
        by_language: dict[str, list[Listener]] = {}
        for listener in listeners:
            by_language.setdefault(listener.language, []).append(listener)
        for language, some in by_language.items():
            # A request context, so that addresses in fragments are those of pages: without a host.
            with self._app.test_request_context(), tenancy.scope(organization_id):
                languages.speak(language)
                shown = fragments.render(topics)
            _give(shown, some, event_id)

    def _close_changed(self, listeners: list[Listener], user_ids: set[UUID]) -> None:
        """End the streams of people whose rights changed; they come back with the new ones."""
        for listener in listeners:
            if listener.user_id in user_ids:
                listener.close()

    def _tell_everyone(self, data: bytes) -> None:
        for listener in self.listeners():
            listener.give(data)


def _give(shown: list[fragments.Fragment], listeners: list[Listener], event_id: str) -> None:
    """Send fragments to those who may see them: same rights are one audience.

    Only what is one person's own is put together for each.
    """
    own = {user_id for fragment in shown for user_id in fragment.own_to}
    # What is news to a few only wakes nobody else: they are told its id with the next.
    is_for_few = bool(shown) and all(fragment.own_to for fragment in shown)
    audiences: dict[tuple[frozenset[Permission], UUID | None], bytes] = {}
    for listener in listeners:
        who = listener.user_id if listener.user_id in own else None
        if who is None and is_for_few:
            continue
        data = audiences.get((listener.permissions, who))
        if data is None:
            data = fragments.message(shown, listener.permissions, event_id, who)
            audiences[listener.permissions, who] = data
        listener.give(data)


hub = Hub()


def install(app: Flask) -> None:
    hub.bind(app)
