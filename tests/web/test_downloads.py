"""Lists as files: the rows of the page, for the same eyes, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
from sqlalchemy import select

from caddy.actions import scores
from caddy.actions.services import log_service
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import AuditLog
from caddy.tenancy import scope
from caddy.web import downloads
from tests import one_of_each, world
from tests.web import calls, growth
from tests.web.matrix import parts


def table(response):
    """Return the rows of a CSV, its header first."""
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def sheet(response):
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_a_list_is_a_file_with_the_same_rows_by_the_same_filters(people, sign_in):
    growth.many_participants(people, 60)  # more than a page
    client = sign_in("alice")
    rows = table(client.get("/participants.csv"))
    assert len(rows) == 1 + 61
    assert rows[0][:3] == ["Name", "NDIS number", "Status"]
    assert rows[0][4] == "Core allocated"
    pat = next(row for row in rows if row[0] == "Pat Green")
    assert pat[1:6] == ["430 000 001", "active", pat[3], "1000.00", "0.00"]
    narrowed = table(client.get("/participants.csv?search=P57+Many"))
    assert [row[0] for row in narrowed[1:]] == ["P57 Many"]
    book = sheet(client.get("/participants.xlsx?search=Pat"))
    assert book[0][:2] == ["Name", "NDIS number"]
    assert (book[1][0], book[1][4]) == ("Pat Green", 1000)
    response = client.get("/participants.csv")
    assert f"Participants {people.today.isoformat()}.csv" in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_a_file_holds_only_whom_a_person_may_see(people, own, sign_in):
    world.olly(people)
    names = [row[0] for row in table(sign_in("sam").get("/participants.csv"))]
    assert names == ["Name", "Pat Green"]
    header = table(sign_in("sam").get("/services.csv"))[0]
    assert "Total" not in header  # amounts are for those who read budgets
    assert "Total" in table(sign_in("alice").get("/services.csv"))[0]
    assert sign_in("fin").get("/participants.csv").status_code == 403
    assert sign_in("sam").get("/staff.csv").status_code == 403


def test_taking_a_list_is_written_down(people, sign_in):
    sign_in("alice").get("/participants.xlsx?search=Pat")
    with scope(people.acacia.id):
        (entry,) = db.session.scalars(
            select(AuditLog).where(AuditLog.action == Fact.LIST_EXPORTED.value)
        )
    assert entry.user_id == people.alice.user_id
    assert entry.changes == {
        "list": "Participants",
        "format": "xlsx",
        "rows": 1,
        "asked": {"search": "Pat"},
    }


def test_nothing_in_a_file_acts_as_a_formula(people, sign_in):
    with scope(people.acacia.id):
        from caddy.actions.participants import add_participant

        evil = world.profile("=1+1", "@SUM(A1)", "430000008")
        add_participant(evil, world.plan(people.today), actor=people.alice)
    client = sign_in("alice")
    names = [row[0] for row in table(client.get("/participants.csv"))]
    assert "'=1+1 @SUM(A1)" in names
    book = openpyxl.load_workbook(io.BytesIO(client.get("/participants.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "=1+1 @SUM(A1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_a_long_list_is_cut_and_says_so(people, sign_in, monkeypatch):
    growth.many_participants(people, 5)
    monkeypatch.setattr(downloads, "MOST_ROWS", 3)
    rows = table(sign_in("alice").get("/participants.csv"))
    assert len(rows) == 1 + 3 + 1
    assert rows[-1][0].startswith("Only the first 3 rows")


def test_every_list_offers_its_files_and_they_hold_what_it_shows(people, own, sign_in):
    with scope(people.acacia.id):
        scores.compute(people.today, actor=people.alice)
    client = sign_in("alice")
    for name in parts.LISTS:
        page = client.get(calls.path(client._client.application, calls_of[name], own))
        for ending in ("csv", "xlsx"):
            address = calls.path(client._client.application, f"{name}.{ending}", own)
            assert f'href="{address}' in page.text
        address = calls.path(client._client.application, f"{name}.csv", own)
        rows = table(client.get(address))
        assert len(rows) > 1, name
        assert len({len(row) for row in rows}) == 1, name
        widths = [len(row) for row in sheet(client.get(address.replace(".csv", ".xlsx")))]
        # That the first file was taken is in the log when the second is.
        assert widths[: len(rows)] == [len(row) for row in rows], name
        assert len(widths) == len(rows) + (name == "audit"), name


calls_of = {name: f"{name}.index" for name in parts.LISTS} | {
    "compliance": "compliance.list_scores",
    "panel": "panel.show",
    "finance.lines": "finance.receivable_lines",
    "finance.receivables": "finance.list_receivables",
}


def test_services_come_oldest_first_where_that_is_asked_page_by_page(people, sign_in):
    rich = world.participant(
        people.alice, "Ric", "Rich", "430000008", people.today, (1, 50_000_00), (15, 2_000_00)
    )
    with scope(people.acacia.id):
        for days_ago in range(1, 56):
            entry = one_of_each.entry(people, rich, days_ago)
            log_service(entry, world.ZONE, "NSW", actor=people.alice)
    client = sign_in("alice")
    days = [row[0] for row in table(client.get("/services.csv"))[1:]]
    assert len(days) == 55
    assert days == sorted(days, reverse=True)
    assert [row[0] for row in table(client.get("/services.csv?sort=oldest"))[1:]] == sorted(days)
    first = client.get("/services?sort=oldest").text
    following = re.search(r'href="(/services\?after=[^"]+)"', first)[1].replace("&amp;", "&")
    assert "sort=oldest" in following
    second = client.get(following).text
    links = [set(re.findall(r'href="(/services/[0-9a-f-]{36})"', one)) for one in (first, second)]
    assert [len(some) for some in links] == [50, 5]
    assert not links[0] & links[1]
