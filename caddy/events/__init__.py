"""Live events, on flask-sse: publish after a commit, one hub a process, replay. The only user.

What travels is thin: which fragments changed and in which version, never personal data.
"""

from caddy.events.bus import Topic, current_id, news, publish
from caddy.events.fragments import Fragment, renders
from caddy.events.hub import HEARTBEAT_SECONDS, hub, install
from caddy.events.wire import wire_of

__all__ = [
    "HEARTBEAT_SECONDS",
    "Fragment",
    "Topic",
    "current_id",
    "hub",
    "install",
    "news",
    "publish",
    "renders",
    "wire_of",
]
