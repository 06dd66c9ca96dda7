"""Backups by the schedule: once a day, caught up, thinned out, and complained of when missing."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import backups as backup_actions
from caddy.actions import scheduled_backups
from caddy.config import load_settings
from caddy.database_copies import CopyFailed
from caddy.domain.actor import Source, system_actor
from caddy.domain.backups import day_of, due_on, file_name, kept
from caddy.domain.tasks import TaskKind, TaskState
from caddy.extensions import db
from caddy.jobs import backups
from caddy.jobs.tasks import run_task
from caddy.models import EmailLog, Notification, Task
from caddy.queries import organizations
from caddy.tenancy import scope


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Set a folder of backups, kept for 3 days, 2 weeks and 2 months."""
    place = tmp_path / "backups"
    chosen = load_settings().model_copy(
        update={
            "backup_dir": place,
            "backup_daily": 3,
            "backup_weekly": 2,
            "backup_monthly": 2,
        }
    )
    for module in (backups, scheduled_backups):
        monkeypatch.setattr(module, "load_settings", lambda: chosen)
    return place


@pytest.fixture
def at(monkeypatch):
    def go(*parts):
        instant = datetime(*parts, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: instant)
        return instant

    return go


def first_organization():
    """The one whose rows the installation's own work is among."""
    return organizations.first()


def tasks_there():
    with scope(first_organization()):
        statement = select(Task).where(Task.kind == TaskKind.BACKUP.value).order_by(Task.id)
        return list(db.session.scalars(statement))


def do(task):
    organization_id = first_organization()
    with scope(organization_id):
        run_task(task.id, actor=system_actor(organization_id, "Caddy", Source.JOB))
    return next(one for one in tasks_there() if one.id == task.id)


def told():
    with scope(first_organization()):
        mails = list(
            db.session.scalars(select(EmailLog).where(EmailLog.template == "backup_trouble"))
        )
        shown = list(
            db.session.scalars(select(Notification).where(Notification.kind == "backup_trouble"))
        )
    return mails, shown


def test_a_day_is_backed_up_once_and_a_machine_that_was_off_catches_up(people, folder, at):
    at(2026, 11, 20, 14, 0)  # 1 in the morning of the 21st in Sydney: the 20th is due
    assert [backups.find_backup_due() for _ in range(3)] == [1, 0, 0]
    at(2026, 11, 24, 22, 0)  # four days later, at nine in the morning
    assert [backups.find_backup_due() for _ in range(2)] == [1, 0]
    done = [do(task) for task in tasks_there()]
    assert [task.state for task in done] == [TaskState.DONE] * 2
    assert [task.title for task in done] == ["Backup of 20 Nov 2026", "Backup of 25 Nov 2026"]
    names = sorted(place.name for place in folder.iterdir())
    assert names == ["caddy-2026-11-20.backup.zip", "caddy-2026-11-25.backup.zip"]
    for place in folder.iterdir():
        assert place.stat().st_mode & 0o077 == 0
        with place.open("rb") as stream:
            backup_actions.read_backup(stream)
    assert told() == ([], [])


def test_without_a_folder_nothing_is_begun(people):
    assert backups.find_backup_due() == 0
    assert tasks_there() == []


def test_a_backup_that_failed_is_told_to_administrators_once_by_mail_too(
    people, folder, at, monkeypatch
):
    at(2026, 11, 21, 0, 0)
    backups.find_backup_due()

    def fail(*_words):
        raise CopyFailed("The disk is full.")

    monkeypatch.setattr(backup_actions.database_copies, "copy_to", fail)
    (task,) = tasks_there()
    failed = do(task)
    assert failed.state is TaskState.FAILED
    assert "The disk is full." in failed.said
    assert list(folder.iterdir()) == []
    at(2026, 11, 21, 9, 0)
    backups.find_backup_due()
    mails, shown = told()
    assert len(mails) == len(shown) == 1  # Alice; nobody else administers the first of them
    assert mails[0].subject == "There is no backup of 21 Nov 2026"
    assert "The disk is full." in json.dumps(mails[0].context)


def test_a_backup_that_nobody_made_or_that_is_gone_is_complained_of(people, folder, at):
    at(2026, 11, 21, 0, 0)
    backups.find_backup_due()
    at(2026, 11, 21, 2, 59)
    backups.find_backup_due()
    assert told()[0] == []
    at(2026, 11, 21, 3, 1)
    for _ in range(2):
        backups.find_backup_due()
    assert len(told()[0]) == 1


def test_old_backups_are_thinned_out_and_other_files_left_alone(people, folder, at):
    folder.mkdir()
    today = date(2026, 11, 21)
    for ago in range(1, 90):
        (folder / file_name(today - timedelta(days=ago))).write_bytes(b"old")
    (folder / "mine.zip").write_bytes(b"mine")
    at(2026, 11, 21, 0, 0)
    backups.find_backup_due()
    (task,) = tasks_there()
    assert do(task).state is TaskState.DONE
    days = sorted(day for place in folder.iterdir() if (day := day_of(place.name)))
    assert days == [
        *(date(2026, 10, 31), date(2026, 11, 15)),
        *(date(2026, 11, 19), date(2026, 11, 20), today),
    ]
    assert (folder / "mine.zip").read_bytes() == b"mine"


def test_a_failed_backup_removes_nothing(people, folder, at, monkeypatch):
    folder.mkdir()
    for ago in range(20):
        (folder / file_name(date(2026, 11, 1) - timedelta(days=ago))).write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda _file: (_ for _ in ()).throw(OSError("no space left")))
    at(2026, 11, 21, 0, 0)
    backups.find_backup_due()
    (task,) = tasks_there()
    assert do(task).state is TaskState.FAILED
    assert len(list(folder.iterdir())) == 20


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 21, 2, 0), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 1, 59), date(2026, 11, 20)),
        (datetime(2026, 1, 1, 0, 0), date(2025, 12, 31)),
    ],
)
def test_a_backup_is_due_from_its_hour_on(now, day):
    assert due_on(now, 2) == day


def test_the_newest_of_weeks_and_months_are_kept_though_days_are_missing():
    days = {date(2026, 11, 21), date(2026, 11, 2), date(2026, 9, 30), date(2026, 9, 1)}
    assert kept(days, 1, weekly=2, monthly=2) == days - {date(2026, 9, 1)}
    assert kept([], 7, weekly=5, monthly=12) == set()
    assert day_of("caddy-2026-13-01.backup.zip") is None
