"""The pages of the registers: a report from a car park, an entry's life, its list and file."""

from __future__ import annotations

import io
import re
from datetime import date

from sqlalchemy import select

from caddy import clock
from caddy.actions import agreements, services, staff
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import QualificationEntry
from caddy.extensions import db
from caddy.models import Complaint, Incident
from caddy.tenancy import scope
from tests import one_of_each, registers, samples, world

NOW = {"happened_on": "2026-11-01", "happened_time": "09:00"}
REPORT = {
    "kind": "serious_injury",
    "severity": "major",
    "what_happened": "Fell at the shops.",
    **NOW,
}


def test_a_worker_reports_an_incident_of_their_shift_with_one_short_form(people, sign_in):
    with scope(people.acacia.id):
        entry = one_of_each.entry(people, people.acacia.participant_id)
        service_id = services.log_service(entry, world.ZONE, "NSW", actor=people.sam).id
    client = sign_in("sam")
    assert f"/incidents/new?service={service_id}" in client.get(f"/services/{service_id}").text
    page = client.get(f"/incidents/new?service={service_id}")
    assert "During the service for <strong>Pat Green</strong>" in page.text
    wanted = set(re.findall(r'name="(\w+)"[^>]*required|required[^>]*name="(\w+)"', page.text))
    assert len(wanted) <= 6
    refused = client.post("/incidents", {**REPORT, "service_id": str(service_id), "kind": ""})
    assert refused.status_code == 422
    assert "Fell at the shops." in refused.text
    assert "Choose what happened." in refused.text
    half = client.post("/incidents", {**REPORT, "aware_on": "2026-10-01", "place": "The pool"})
    assert half.status_code == 422, "the clock is counted from when it was known: half is none"
    assert re.search(r'href="#aware_time">[^<]*Enter a time', half.text)
    assert re.search(r"<details[^>]* open>.*The pool", half.text, re.DOTALL)
    made = client.post("/incidents", {**REPORT, "service_id": str(service_id)})
    shown = client.get(made.location)
    assert "Thank you. The incident is reported." in shown.text
    assert "Notify the NDIS Commission by" in shown.text
    assert f"{made.location}/" not in shown.text, "a worker reads on; others see to the rest"
    with scope(people.acacia.id):
        row = db.session.scalars(select(Incident)).one()
        assert (row.service_id, row.participant_id) == (service_id, people.acacia.participant_id)


def test_the_clocks_run_on_the_first_page_and_renew_themselves(people, sign_in):
    with scope(people.acacia.id):
        entry = registers.incident(hours_ago=21)
        incident_id = registers.incidents.report_incident(
            entry, participant_id=people.acacia.participant_id, actor=people.alice
        )
    client = sign_in("cora")
    for page in (client.get("/"), client.get("/incidents/clocks", fragment=True)):
        assert re.search(r"2 hours 59 minutes left|3 hours left", page.text)
        assert 'hx-get="/incidents/clocks" hx-trigger="every 60s"' in page.text
        assert "clock--red" in page.text
        assert "Quinn" not in page.text, "the story is on the incident's own page alone"
    assert "1 entry needs a look" in client.get("/registers").text
    now = clock.local(clock.now(), world.ZONE)
    early = {"notified_on": "2026-01-01", "notified_time": "09:00"}
    address = f"/incidents/{incident_id}"
    assert client.post(f"{address}/notification", early).status_code == 422
    closed = client.post(f"{address}/closing", {"outcome": "Mended."})
    assert closed.status_code == 409
    assert "Record that the NDIS Commission was notified first." in closed.text
    told = {"notified_on": now.date().isoformat(), "notified_time": f"{now:%H:%M}", "number": "R1"}
    assert client.post(f"{address}/notification", told).status_code == 303
    assert "Done in time" in client.get(address).text


def test_an_entry_is_added_found_changed_and_taken_as_a_file(people, sign_in):
    client, pat = sign_in("cora"), str(people.acacia.participant_id)
    form = {"about": "Bus", "details": "It was late.", "received_on": "2026-11-02"}
    refused = client.post("/complaints", {**form, "received_on": ""})
    assert refused.status_code == 422
    assert "It was late." in refused.text
    charlie = str(people.banksia.participant_id)
    assert client.post("/complaints", {**form, "participant_id": charlie}).status_code == 422
    made = client.post("/complaints", {**form, "participant_id": pat}).location
    assert "Anonymous" in client.get(made).text
    found = client.get("/complaints?search=green", fragment=True).text
    assert made in found
    assert "<!doctype" not in found
    assert made not in client.get("/complaints?show=resolved").text
    listed = client.get("/complaints.csv?search=bus").text
    assert "Bus,Anonymous,Pat Green,2026-11-02" in listed
    assert "It was late." not in listed
    edit = client.get(f"{made}/edit").text
    version = re.search(r'name="version"[^>]*value="([^"]+)"', edit)[1]
    later = {**form, "version": version, "resolved_on": "2026-11-05", "outcome": "Mended."}
    assert client.post(f"{made}/edit", later).status_code == 303
    stale = client.post(f"{made}/edit", {**later, "about": "Van"})
    assert stale.status_code == 409
    assert "Someone changed this while you were working on it" in stale.text
    action = {"what": "Ring them.", "due_on": people.today.isoformat()}
    assert client.post(f"{made}/actions", action).status_code == 303
    page = client.get(made).text
    done = re.search(r'action="(/registers/actions/[^"]+)"', page)[1]
    assert client.post(done).location == made
    with scope(people.acacia.id):
        row = db.session.scalars(select(Complaint)).one()
        assert (row.state, row.about, row.outcome) == ("resolved", "Bus", "Mended.")


def test_workers_read_policies_and_the_consents_of_their_own_participants_alone(people, sign_in):
    olly = world.olly(people)
    made = registers.filled(people.acacia.participant_id, people.alice)
    client = sign_in("sam")
    page = client.get(f"/participants/{people.acacia.participant_id}/care-records")
    assert "Consent: photos and video" in page.text
    assert "Add a consent" not in page.text
    assert client.get(f"/care-records/{made['care_record_id']}").status_code == 200
    assert client.get(f"/participants/{olly}/care-records").status_code == 404
    policy = f"/policies/{made['policy_id']}"
    assert "I have read version 1.0" in client.get(policy).text
    thanks = client.get(client.post(f"{policy}/readings").location).text
    assert "You read this version on" in thanks
    assert "people have read version" not in thanks
    assert "2 of 5 people have read version 1.0." in sign_in("vic").get(policy).text
    assert client.get("/registers").status_code == 403


def test_a_participant_is_found_and_chosen_also_without_a_script(people, sign_in):
    pat, olly = str(people.acacia.participant_id), str(world.olly(people))
    form = {"about": "Bus", "details": "It was late.", "received_on": "2026-11-02"}
    client = sign_in("cora")
    asked = {**form, "participant_id-search": "hidd", "find": "participant_id"}
    found = client.post("/complaints", {**asked, "participant_id": pat})
    assert found.status_code == 200
    assert "It was late." in found.text
    assert f'value="{pat}" checked' in found.text, "who was chosen stays chosen"
    assert f'value="{olly}"' in found.text
    with scope(people.acacia.id):
        assert db.session.scalars(select(Complaint)).all() == [], (
            "to look for someone saves nothing"
        )
    unchosen = client.post("/complaints", {**form, "participant_id-search": "hidd"})
    assert unchosen.status_code == 422
    assert "Choose one of the people found, or empty the search." in unchosen.text
    typed = "/participants/choices?field=participant_id&participant_id-search="
    part = client.get(f"{typed}zebra&participant_id={pat}", fragment=True).text
    assert f'value="{pat}" checked' in part
    assert "Nobody was found" in part
    alone = client.get(f"{typed}green&participant_id={pat}", fragment=True).text
    assert "Nobody was found" not in alone, "the one who fits is the one who is chosen"
    assert "<!doctype" not in part
    assert "Olly" not in sign_in("sam").get(f"{typed}o&participant_id={olly}").text
    assert client.get("/participants/choices?field=<b>").status_code == 404


def test_qualifications_and_agreements_have_registers_of_their_own(people, sign_in):
    vic, pat, today = people.acacia.people["vic"], people.acacia.participant_id, people.today
    lapsed = QualificationEntry(QualificationKind.FIRST_AID, "FA 1", None, date(2026, 1, 2))
    with scope(people.acacia.id):
        staff.record_qualification(vic, lapsed, actor=people.alice)
        made = agreements.add_agreement(pat, one_of_each.agreement(today), actor=people.alice)
    cora, viewer = sign_in("cora"), sign_in("vic")
    hub = cora.get("/registers").text
    assert "1 entry needs a look" in hub
    shown = cora.get("/qualifications?show=lapsed&search=vic").text
    assert f'<a href="/staff/{vic}">Vic Acacia</a>' in shown
    assert "2 Jan 2026" in shown
    assert "Sam Acacia" not in shown
    assert "First aid,FA 1,,2026-01-02,No,Lapsed" in cora.get("/qualifications.csv").text
    assert f'href="/staff/{vic}"' not in viewer.get("/qualifications").text
    listed = viewer.get(f"/service-agreements?participant={pat}").text
    assert f'href="/agreements/{made}"' in listed
    assert "Not signed yet" in listed
    assert "Service agreements of Pat Green" in listed
    assert "Nothing here" in viewer.get("/service-agreements?show=overdue").text
    assert sign_in("sam").get("/qualifications").status_code == 403


def test_what_becomes_known_after_an_incident_was_closed_is_added_to_it(people, sign_in):
    told = registers.incident(registers.IncidentKind.OTHER)
    with scope(people.acacia.id):
        made = registers.incidents.report_incident(told, actor=people.alice)
    address, client = f"/incidents/{made}", sign_in("cora")
    early = client.post(f"{address}/notes", {"body": "Too early."})
    assert early.status_code == 409
    assert "this is not closed yet" in early.text
    assert client.post(f"{address}/closing", {"outcome": "Mended."}).status_code == 303
    assert client.post(f"{address}/notes", {"body": ""}).status_code == 422
    assert client.post(f"{address}/notes", {"body": "The step broke again."}).status_code == 303
    shown = client.get(address).text
    assert "The step broke again." in shown
    assert "Cora Acacia, " in shown
    assert client.post(f"{address}/investigation", {"investigation": "x"}).status_code == 409
    log = sign_in("alice").get("/audit").text
    assert "added a note to a closed incident" in log
    assert "The step broke again." not in log
    assert client.get("/incidents?show=closed").text.count(address) >= 1


def test_a_consent_keeps_its_papers_on_its_own_page(people, sign_in):
    made = registers.filled(people.acacia.participant_id, people.alice)["care_record_id"]
    client = sign_in("cora")
    add = f"/documents/new?care_record={made}"
    assert add.replace("&", "&amp;") in client.get(f"/care-records/{made}").text
    assert "Pat Green: Consent: photos and video" in client.get(add).text
    sent = {"files": (io.BytesIO(samples.PDF), "Consent signed.pdf"), "kind": "consent"}
    assert client.post(f"/documents?care_record={made}", sent).status_code == 303
    assert "Consent signed" in client.get(f"/care-records/{made}").text
    assert "Consent signed" in client.get(f"/participants/{people.acacia.participant_id}").text
    olly = registers.filled(world.olly(people), people.alice)["care_record_id"]
    assert sign_in("sam").get(f"/documents/new?care_record={olly}").status_code == 404
