"""Files of services: kept with whose they are, or refused and not kept."""

from __future__ import annotations

import hashlib
import io

import pytest
from sqlalchemy import func, select

from caddy.actions import attachments as actions
from caddy.actions.attachments import Upload
from caddy.actions.services import log_service
from caddy.domain.errors import NotFound, RuleBroken
from caddy.extensions import db
from caddy.models import Attachment, AuditLog
from caddy.queries import attachments
from caddy.tenancy import scope
from tests import world
from tests.one_of_each import entry
from tests.samples import PDF


@pytest.fixture
def service_id(people):
    with scope(people.acacia.id):
        logged = entry(people, people.acacia.participant_id)
        return log_service(logged, world.ZONE, "NSW", actor=people.sam).id


def attach(people, service_id, content=PDF, name="receipt.pdf"):
    upload = Upload(io.BytesIO(content), name)
    return actions.attach_to_service(service_id, upload, actor=people.sam)


def test_a_file_is_kept_with_its_service_and_the_audit_names_its_checksum(people, service_id):
    with scope(people.acacia.id):
        made = attach(people, service_id)
        row = attachments.one(made, seen_by=None)
        assert (row.service_id, row.agreement_id) == (service_id, None)
        assert (row.content_type, row.size_bytes) == ("application/pdf", len(PDF))
        assert row.sha256 == hashlib.sha256(PDF).hexdigest()
        assert [one.id for one in attachments.of_service(service_id)] == [made]
        fact = db.session.scalars(
            select(AuditLog).where(AuditLog.action == "attachment.added")
        ).one()
        assert fact.changes["sha256"] == row.sha256


def test_what_is_not_taken_is_not_kept(people, service_id):
    with scope(people.acacia.id):
        with pytest.raises(RuleBroken, match="PDF, or a picture"):
            attach(people, service_id, b"#!/bin/sh\n", "receipt.pdf")
        assert db.session.scalar(select(func.count(Attachment.id))) == 0


def test_another_organizations_service_is_not_there(people, service_id):
    with scope(people.banksia.id):
        upload = Upload(io.BytesIO(PDF), "x.pdf")
        with pytest.raises(NotFound):
            actions.attach_to_service(service_id, upload, actor=people.charlie)
        assert attachments.of_service(service_id) == []


def test_a_service_has_so_many_files_and_no_more(people, service_id, monkeypatch):
    monkeypatch.setattr(actions, "MOST_OF_ONE", 2)
    with scope(people.acacia.id):
        for _ in range(2):
            attach(people, service_id)
        with pytest.raises(RuleBroken, match="50 files at the most"):
            attach(people, service_id)
