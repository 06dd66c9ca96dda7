"""Live events, on flask-sse: publish after a commit, one hub a process, replay. The only user.

What travels is thin: which fragments changed and in which version, never personal data.
"""

from caddy.events.bus import Topic, current_id, news, publish, recent_id
from caddy.events.fragments import Fragment, renders
from caddy.events.hub import HEARTBEAT_SECONDS, hub, install
from caddy.events.viewers import BEAT_SECONDS, gone, seen, viewers
from caddy.events.wire import wire_of

__all__ = [
    "BEAT_SECONDS",
    "HEARTBEAT_SECONDS",
    "Fragment",
    "Topic",
    "current_id",
    "gone",
    "hub",
    "install",
    "news",
    "publish",
    "recent_id",
    "renders",
    "seen",
    "viewers",
    "wire_of",
]
