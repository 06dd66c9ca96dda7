"""The pages of staff: read and changed by those who coordinate, by nobody else."""

from __future__ import annotations

import re

from tests.web import growth

SCREENING = {"kind": "worker_screening", "issued_on": "2025-03-01", "number": "S1"}


def test_a_qualification_is_recorded_with_the_end_the_scheme_gives_it(people, sign_in):
    client, path = sign_in("cora"), f"/staff/{people.acacia.people['vic']}"
    assert "Nothing is recorded yet" in client.get(path).text
    assert client.post(f"{path}/qualifications", SCREENING).status_code == 303
    shown = client.get(path).text
    assert "1 Mar 2030" in shown
    assert "1 Mar 2030" in client.get("/staff").text
    assert 'value="2025-03-01"' not in shown
    assert 'value="2025-03-01"' in client.get(f"{path}?change=worker_screening").text
    assert client.get(f"{path}?change=flying").status_code == 200


def test_what_is_wrong_stands_in_its_own_form_with_what_was_typed(people, sign_in):
    client, path = sign_in("cora"), f"/staff/{people.acacia.people['sam']}"
    for form, data, sentence in (
        ("qualifications", {"kind": "worker_screening", "number": "S7"}, "Enter the day of issue"),
        ("qualifications", {"kind": "flying"}, "Not a valid choice"),
        ("qualifications", {"kind": "first_aid", "issued_on": "soon"}, "Not a valid date"),
        (
            "availability",
            {"weekday": "1", "start_time": "17:00", "end_time": "09:00"},
            "end before",
        ),
        ("availability", {"start_time": "09:00", "end_time": "10:00"}, "Choose at least one day."),
        ("availability", {"weekday": "9", "start_time": "09:00", "end_time": "10:00"}, "choice"),
        ("leave", {"starts_on": "2027-01-09", "ends_on": "2027-01-08"}, "before it starts"),
        ("leave", {"starts_on": "2027-01-09"}, "Enter a date."),
    ):
        answer = client.post(f"{path}/{form}", data)
        assert answer.status_code == 422, (form, data)
        assert sentence in answer.text, (form, data)
        assert answer.text.count('id="error-summary"') == 1
    kept = client.post(f"{path}/qualifications", {"kind": "worker_screening", "number": "S7"})
    assert 'value="S7"' in kept.text


def test_hours_and_leave_are_added_and_removed(people, sign_in):
    client, path = sign_in("cora"), f"/staff/{people.acacia.people['sam']}"
    hours = {"weekday": ["0", "4"], "start_time": "09:00", "end_time": "17:00"}
    assert client.post(f"{path}/availability", hours).status_code == 303
    leave = {"starts_on": "2027-01-04", "ends_on": "2027-01-08", "reason": "Annual leave"}
    assert client.post(f"{path}/leave", leave).status_code == 303
    shown = client.get(path).text
    assert "Annual leave" in shown
    removals = re.findall(rf'action="({path}/(?:availability|leave)/[^"]+/removal)"', shown)
    assert len(removals) == 3
    for one in removals:
        assert client.post(one).status_code == 303
        assert client.post(one).status_code == 404
    assert "can be rostered at any time" in client.get(path).text


def test_the_list_searches_filters_and_pages(people, sign_in):
    growth.many_people(people, 52)
    client = sign_in("cora")
    first = client.get("/staff?role=support_worker")
    assert first.text.count('data-label="Role"') == 50
    assert "53 people" in first.text
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert client.get(following).text.count('data-label="Role"') == 3
    assert "1 person" in client.get("/staff?search=person+07").text
    assert "Nobody found" in client.get("/staff?search=charlie").text
    assert client.get(f"/staff?after={people.banksia.people['charlie']}").status_code == 200


def test_only_those_who_coordinate_see_staff(people, sign_in):
    for who, status in (("alice", 200), ("cora", 200), ("sam", 403), ("fin", 403), ("vic", 403)):
        client = sign_in(who)
        assert client.get("/staff").status_code == status, who
        assert ('href="/staff"' in client.get("/").text) == (status == 200), who
