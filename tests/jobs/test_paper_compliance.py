"""The compliance report: every register whole, its contents right, its counts those of its rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy.domain.errors import NotFound, RuleBroken
from caddy.extensions import db
from caddy.jobs import paper_compliance
from caddy.models import AuditLog
from caddy.queries import registers
from tests import claims, paper, world

TITLES = [
    "Staff qualifications",
    "Service agreements",
    "Plans and their reviews",
    "Incidents",
    "Complaints",
    "Restrictive practices",
    "Risks",
    "Policies",
    "Consents and support plans",
    "Documents",
    "Audit log: what happened",
    "Audit log: by whom",
]


def made(people, seen_by=None, days=30):
    first = people.today - timedelta(days=days)
    params = {"starts_on": first.isoformat(), "ends_on": people.today.isoformat()}
    return paper_compliance.make(params, lambda _done, _of: None, seen_by=seen_by)


def test_every_register_is_there_and_stands_as_it_is(people, acacia):
    world.olly(people)
    world.screened(people.alice, acacia.people["fin"], people.today - timedelta(days=1))
    world.screened(people.alice, acacia.people["vic"], people.today + timedelta(days=9))
    overdue = people.today - timedelta(days=2)
    claims.agree(people, acacia.participant_id, review_on=overdue)
    report = made(people)
    tables = {table.name: table.rows for table in report.tables}
    assert list(tables) == TITLES
    standings = {row[0].split()[0]: row[-1] for row in tables["Staff qualifications"]}
    assert standings == {
        "Alice": "Not recorded",
        "Cora": "Not recorded",
        "Fin": "Lapsed",
        "Sam": "Valid",
        "Vic": "Ends soon",
    }
    agreed = {row[0]: (row[4], row[5]) for row in tables["Service agreements"]}
    assert agreed == {
        "Pat Green": (overdue, "Review overdue"),
        "Olly Hidden": (None, "None signed"),
    }
    assert {row[-1] for row in tables["Plans and their reviews"]} == {"No review date"}
    recorded = db.session.scalar(select(func.count(AuditLog.id)))
    for title in TITLES[-2:]:
        assert sum(row[-1] for row in tables[title]) == recorded > 5
    text = paper.text(report.pdf)
    assert "Quinn" not in text
    assert "Charlie" not in text
    assert any(
        "1 valid, 1 ends soon, 1 lapsed, 2 not recorded" in alt
        for alt in paper.pictures(report.pdf)
    )
    paper.is_accessible(report.pdf, "Compliance report")
    entries = sum(len(table.rows) for table in report.tables)
    assert paper.tags(report.pdf)["Table/TBody/TR/TD"] >= entries, "each is a row of a table"


def test_its_contents_say_on_which_page_each_section_begins(people, acacia):
    report = made(people)
    pages = paper.pages(report.pdf)
    for title in TITLES:
        said = re.search(rf"{title}[ .]+(\d+)", pages[0])
        begins = next(
            number
            for number, page in enumerate(pages, 1)
            if number > 1 and re.search(rf"^{title}$", page, re.MULTILINE)
        )
        assert int(said[1]) == begins, title
    assert set(TITLES) <= set(paper.bookmarks(report.pdf))


def test_a_long_one_is_cut_into_parts_and_loses_no_line(people, acacia, monkeypatch):
    monkeypatch.setattr(paper_compliance, "MOST_LINES_OF_WHOLE", 3)
    monkeypatch.setattr(paper_compliance, "MOST_LINES_OF_PART", 2)
    text = paper.text(made(people).pdf)
    assert "Staff qualifications continued" in text
    for name in ("Alice Acacia", "Cora Acacia", "Fin Acacia", "Sam Acacia", "Vic Acacia"):
        assert text.count(name) == 1
    # Among the agreements and among the plans.
    assert text.count("Pat Green") == 2


def test_it_is_of_all_participants_or_not_at_all(people, acacia):
    with pytest.raises(NotFound):
        made(people, seen_by=acacia.people["sam"])
    with pytest.raises(RuleBroken):
        made(people, days=-1)


@pytest.mark.both_databases
def test_more_participants_take_no_more_queries(people, acacia):
    made(people)
    with paper.statements() as for_few:
        made(people)
    for number in range(5):
        world.participant(people.alice, "P", f"N{number}", f"43000010{number}", people.today)
    with paper.statements() as for_more:
        report = made(people)
    assert 0 < len(for_more) <= len(for_few)
    assert len(report.tables[2].rows) == 6
    assert len(registers.SECTIONS) == len(report.tables)
