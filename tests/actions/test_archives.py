"""A whole organization leaves as one file and comes back, on either database, with every row."""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import pytest
from sqlalchemy import func, select

from caddy import search, storage
from caddy.actions.archives import load_archive, write_archive
from caddy.config import load_settings
from caddy.domain.actor import Source, system_actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.extensions import Base, db
from caddy.models import Organization
from caddy.queries import archives, audit_chain, checks
from caddy.tenancy import OrganizationOwned, scope
from tests import everything, snapshot


def written(organization_id) -> bytes:
    stream = io.BytesIO()
    with scope(organization_id):
        write_archive(stream, actor=system_actor(organization_id, "Test", Source.COMMAND))
    return stream.getvalue()


def loaded(content: bytes):
    return load_archive(io.BytesIO(content))


def without_arrivals(picture):
    """Leave out what arriving itself writes down."""
    kept = {
        key: row
        for key, row in picture["audit_logs"].items()
        if row["action"] not in {Fact.ARCHIVE_LOADED, Fact.ARCHIVE_MADE}
    }
    return picture | {"audit_logs": kept, "audit_heads": {}}


def test_every_row_goes_from_sqlite_to_postgresql_and_back(_app_of):  # noqa: PT019 - both apps
    """Every column of every row is compared, both ways, and every file is there again."""
    with _app_of("sqlite").app_context():
        snapshot.empty()
        people = snapshot.people()
        everything.fill(people)
        organization_id = people.acacia.id
        content = written(organization_id)
        before = everything.picture(organization_id)
    assert sum(bool(rows) for rows in before.values()) > 40
    shutil.rmtree(load_settings().var / "files")
    with _app_of("postgresql").app_context():
        snapshot.empty()
        report = loaded(content)
        there = everything.picture(organization_id)
        assert storage.path_of(_sha(everything.PDF)).read_bytes() == everything.PDF
        assert not report.differences
        back = written(organization_id)
        with scope(organization_id):
            assert not list(checks.differences())
            assert audit_chain.verified().is_whole  # what came, and what arriving wrote behind it
            # What searching reads is made anew where the rows come in.
            found = search.find("zoe", search.Kind.PARTICIPANT, 5)
            assert [there["participants"][one]["first_name"] for one in found] == ["Zoë"]
    for name, rows in without_arrivals(before).items():
        assert without_arrivals(there)[name] == rows, name
    with _app_of("sqlite").app_context():
        snapshot.empty()
        loaded(back)
        again = everything.picture(organization_id)
        db.session.remove()
    for name, rows in without_arrivals(before).items():
        assert without_arrivals(again)[name] == rows, name
    # What was written before an archive began is in it, its own entry too.
    assert before["audit_logs"].items() <= again["audit_logs"].items()


def _sha(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_every_tenants_table_is_in_an_archive_whoever_adds_it(app):
    owned = {one.class_.__tablename__ for one in Base.registry.mappers if is_owned(one.class_)}
    assert {one.name for one in archives.tables()} == owned | {"organizations"}
    for table in archives.tables():
        stored = {one.name for one in archives.columns_of(table)}
        assert {one.name for one in table.columns if one.computed is None} == stored


def is_owned(model):
    return issubclass(model, OrganizationOwned)


def test_an_archive_holds_one_organization_and_says_what_it_holds(people):
    everything.fill(people)
    content = written(people.acacia.id)
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        about = json.loads(pack.read("manifest.json"))
        members = {one["name"]: one for one in about["members"]}
        assert set(members) | {"manifest.json"} == set(pack.namelist())
        for name, one in members.items():
            held = pack.read(name)
            assert (one["size_bytes"], one["sha256"]) == (len(held), _sha(held)), name
            assert one["rows"] is None or one["rows"] == held.count(b"\n")
            assert str(people.banksia.id).encode() not in held, name
    assert about["organization"]["slug"] == "acacia"
    assert about["schema"]
    assert members["tables/services.jsonl"]["rows"] > 1


def test_a_file_that_is_not_in_the_storage_is_named_and_the_rest_is_taken(people):
    everything.fill(people)
    storage.path_of(_sha(everything.PDF)).unlink()
    content = written(people.acacia.id)
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert json.loads(pack.read("manifest.json"))["missing_files"] == [_sha(everything.PDF)]


def repacked(content: bytes, change, *, leave_out=()) -> bytes:
    """Return the same archive with some members changed, under the manifest as it was."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if name not in leave_out:
                new.writestr(name, change(name, old.read(name)))
    return made.getvalue()


def edited(content: bytes, **values) -> bytes:
    def change(name, held):
        return json.dumps({**json.loads(held), **values}) if name == "manifest.json" else held

    return repacked(content, change)


def cheaper(name, held):
    return held.replace(b'"Zo', b'"Zu') if name == "tables/participants.jsonl" else held


def resealed(content: bytes, table: str, change) -> bytes:
    """Return an archive whose manifest agrees with what was changed."""
    name = f"tables/{table}.jsonl"
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        about, held = json.loads(pack.read("manifest.json")), change(pack.read(name))
    (member,) = [one for one in about["members"] if one["name"] == name]
    member.update(size_bytes=len(held), sha256=_sha(held), rows=held.count(b"\n"))
    new = {"manifest.json": json.dumps(about), name: held}
    return repacked(content, new.get)


HURT = {
    "empty": (lambda one: b"", "damaged or cut short"),
    "cut short": (lambda one: one[: len(one) // 2], "damaged or cut short"),
    "a zip of something": (
        lambda one: repacked(one, lambda _n, h: h, leave_out={"manifest.json"}),
        "no manifest",
    ),
    "one bit": (lambda one: one[:900] + bytes([one[900] ^ 1]) + one[901:], "not as it was written"),
    "a changed row": (lambda one: repacked(one, cheaper), "not as it was written"),
    "a lost table": (
        lambda one: repacked(one, lambda _n, h: h, leave_out={"tables/services.jsonl"}),
        "other members",
    ),
    "another form": (lambda one: edited(one, format_version=2), "of version 2"),
    "another kind": (lambda one: edited(one, format="caddy-backup"), "not a caddy-archive"),
    "other tables": (lambda one: edited(one, schema="9999_later"), "tables' version 9999_later"),
    "a row too many": (
        lambda one: resealed(one, "sites", lambda held: held + b'{"id": 1}\n'),
        "Row 2 of sites cannot be read",
    ),
    "a row the database refuses": (
        lambda one: resealed(
            one, "plans", lambda held: held.replace(b'"total_cents":', b'"total_cents":-')
        ),
        "rows of plans cannot be stored",
    ),
    "a row of another": (
        lambda one: resealed(
            one,
            "sites",
            lambda held: held.replace(b'"organization_id":"0', b'"organization_id":"1'),
        ),
        "rows of another organization",
    ),
}


def test_a_hurt_archive_is_refused_with_a_sentence_and_leaves_nothing(app, people):
    everything.fill(people)
    content = written(people.acacia.id)
    snapshot.empty()
    for name, (hurt, sentence) in HURT.items():
        with pytest.raises(RuleBroken, match=sentence):
            loaded(hurt(content))
        db.session.remove()
        with scope(people.acacia.id):
            for table in archives.tables():
                counted = db.session.scalar(select(func.count()).select_from(table))
                assert counted == 0, f"{name}: {table.name}"
    assert loaded(content).slug == "acacia"


def test_what_is_here_already_is_not_loaded_again(people):
    content = written(people.acacia.id)
    with pytest.raises(RuleBroken, match="Acacia is in this installation already"):
        loaded(content)
    with scope(people.acacia.id):
        assert db.session.get(Organization, people.acacia.id)


def test_an_archive_joins_an_installation_that_has_other_organizations(app, people):
    content = written(people.acacia.id)
    other = written(people.banksia.id)
    snapshot.empty()
    assert [loaded(one).slug for one in (other, content)] == ["banksia", "acacia"]
