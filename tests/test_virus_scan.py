"""The virus scanner: a real server that speaks clamd's protocol, and one that does not."""

from __future__ import annotations

import io
import socketserver
import threading

import pytest
from sqlalchemy import select

from caddy import storage
from caddy.actions import attachments
from caddy.actions.attachments import Upload
from caddy.config import load_settings
from caddy.domain.errors import RuleBroken
from caddy.extensions import db
from caddy.models import AuditLog
from caddy.tenancy import scope
from caddy.virus_scan import Infected

# The test file that every scanner calls a virus, in two parts: no scanner is to take this for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLEAN = b"%PDF-1.7\nnothing in it\n"
SICK = b"%PDF-1.7\n" + EICAR


class Clamd(socketserver.StreamRequestHandler):
    """Reads a stream as clamd does, chunk by chunk, and says what it found."""

    def handle(self):
        if self.server.mood == "silent":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
            if self.server.mood == "small":
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(len(content))
        found = EICAR in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@pytest.fixture(params=["tcp", "unix"])
def scanner(request, monkeypatch, tmp_path):
    if request.param == "tcp":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        address = f"127.0.0.1:{server.server_address[1]}"
    else:
        place = tmp_path / "clamd.sock"
        server = socketserver.ThreadingUnixStreamServer(str(place), Clamd)
        address = f"unix:{place}"
    server.daemon_threads, server.mood, server.seen = True, "well", []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("CADDY_CLAMD", address)
    load_settings.cache_clear()
    yield server
    monkeypatch.undo()
    load_settings.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_clean_file_is_taken_and_an_infected_one_is_not_kept(scanner):
    long = CLEAN + b"x" * 600_000  # longer than one chunk
    assert storage.store(io.BytesIO(long)).size_bytes == scanner.seen[0] == len(long)
    kept = set(storage.kept())
    for take in (
        lambda: storage.store(io.BytesIO(SICK)),
        lambda: storage.keep_upload(io.BytesIO(SICK), 1000),
    ):
        with pytest.raises(Infected, match="virus was found") as caught:
            take()
        assert caught.value.signature == "Eicar-Test-Signature"
    assert set(storage.kept()) == kept
    assert not list((load_settings().var / "files").glob("incoming-*"))


@pytest.mark.parametrize("mood", ["silent", "small", "away"])
def test_what_cannot_be_looked_at_is_not_let_through(scanner, mood, monkeypatch):
    scanner.mood = mood
    if mood == "away":
        monkeypatch.setenv("CADDY_CLAMD", "127.0.0.1:9")
        load_settings.cache_clear()
    with pytest.raises(RuleBroken, match="Try again in a few minutes") as caught:
        storage.store(io.BytesIO(CLEAN))
    assert caught.value.code == "not_scanned"


def test_who_sent_an_infected_file_is_written_down(people, own, monkeypatch, scanner):
    with scope(people.acacia.id):
        with pytest.raises(Infected):
            attachments.attach_to_service(
                own["service_id"], Upload(io.BytesIO(SICK), "invoice.pdf"), actor=people.sam
            )
        noted = db.session.scalars(select(AuditLog).where(AuditLog.action == "file.refused")).one()
        assert noted.user_id == people.sam.user_id
        assert noted.changes["file_name"] == "invoice.pdf"
        assert noted.changes["found"] == "Eicar-Test-Signature"
