"""Claims in the browser: what can be claimed and why not, a draft, its sending, its correction."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy.actions import settings
from caddy.actions.claim_corrections import Received, record_payment
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Claim, Participant, Service, ServiceAgreement
from caddy.queries import claim_files
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some
from tests.web import growth


@pytest.fixture
def acacia(people):
    with scope(people.acacia.id):
        some.ready(people)
        yield people.acacia


def days(people, count=14):
    first = people.today - timedelta(days=count)
    return {"from_on": first.isoformat(), "to_on": (people.today - timedelta(days=1)).isoformat()}


def changed(people, model, row_id, **columns):
    with transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(model, row_id)
        for name, value in columns.items():
            setattr(row, name, value)


def unsigned(people):
    """Take Pat's agreement away."""
    with transaction(people.alice, unrecorded="a test"):
        row = db.session.scalars(select(ServiceAgreement)).one()
        row.ends_on = people.today - timedelta(days=900)


def test_finance_sees_what_can_be_claimed_builds_it_sends_it_and_gets_the_file(
    people, acacia, sign_in
):
    client = sign_in("fin")
    assert "No claims here" in client.get("/claims").text
    assert 'href="/claims"' in client.get("/").text
    some.log(people)
    some.log(people, days_ago=2)
    page = client.get("/claims/new").text
    assert "2 to claim, 0 held back" in page
    assert "$70.24" in page
    assert "NDIA managed" in page
    made = client.post("/claims", days(people))
    assert made.status_code == 303
    draft = client.get(made.location).text
    assert "C-000001 is drafted: 2 lines, $70.24." in draft
    assert "Files as they would be sent" in draft
    preview = client.get(re.search(r'href="(/claims/[^"]+/previews/[^"]+)"', draft)[1])
    assert preview.headers["Content-Disposition"] == "attachment; filename=C000001-01.CSV"
    sent = client.post(f"{made.location}/submission")
    assert sent.status_code == 303
    shown = client.get(sent.location).text
    assert "Files as they were sent" in shown
    again = client.post(f"{made.location}/submission")
    assert "Nothing was sent twice" in client.get(again.location).text
    kept = client.get(re.search(r'href="(/claims/[^"]+/files/[^"]+)"', shown)[1])
    assert kept.data == preview.data
    assert hashlib.sha256(kept.data).hexdigest() in shown
    assert sum(row.cents for row in some.read_bulk(kept.data)) == 2 * some.HALF_HOUR
    listed = client.get("/claims?status=submitted").text
    assert "C-000001" in listed
    assert listed.count("$70.24") == 2  # the total and what is open
    assert "C-000001" not in client.get("/claims?status=paid").text
    assert client.get(made.location + "/previews/C000001-01.CSV").status_code == 404


def test_each_held_back_service_says_why_and_leads_to_the_form_that_frees_it_and_back(
    people, acacia, sign_in
):
    service_id = some.log(people)
    with transaction(people.alice, unrecorded="a test"):
        db.session.get_one(Service, service_id).notes = ""
    admin = sign_in("alice")
    page = admin.get("/claims/new").text
    assert "The service has no notes." in page
    link = re.search(r'href="(/services/[^"]+/correction\?back=[^"]+)"', page)[1]
    form = admin.get(link).text
    assert "Back to the claim" in form
    back = re.search(r'name="back" value="([^"]+)"', form)[1]
    fields = {
        "version": re.search(r'name="version"[^>]*value="(\d+)"', form)[1],
        "service_on": (people.today - timedelta(days=1)).isoformat(),
        "start_time": "09:00",
        "end_time": "09:30",
        "item_number": "01_011_0107_1_1",
    }
    saved = admin.post(
        link.partition("?")[0],
        fields | {"notes": "Lunch.", "reason": "Notes", "back": back},
    )
    assert saved.status_code == 303
    after = admin.get(saved.location).text
    assert f'href="{back}"' in after
    assert "1 to claim, 0 held back" in admin.get(back).text


def test_the_way_back_leads_to_claims_only(people, acacia, sign_in):
    client = sign_in("alice")
    for wrong in ("https://example.com/claims/", "//example.com/claims/", "/claims\\x", "/staff"):
        assert "Back to the claim" not in client.get("/settings", query_string={"back": wrong}).text


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("No signed service agreement covers this day.", "Add an agreement"),
        ("The participant has no plan on this day.", "Add a plan"),
        ("NDIS number is not valid", "Correct the NDIS number"),
        ("registration number is missing", "Enter the ABN and number"),
    ],
)
def test_every_reason_has_its_form(people, acacia, sign_in, reason, label):
    service_id = some.log(people)
    pat = acacia.participant_id
    if "agreement" in reason:
        unsigned(people)
    elif "plan" in reason:
        with transaction(people.alice, unrecorded="a test"):
            db.session.get_one(Service, service_id).service_on -= timedelta(days=120)
    elif "NDIS number" in reason:
        changed(people, Participant, pat, ndis_number="990000001")
    else:
        settings.set_provider_numbers(some.ABN, "", actor=people.alice)
    address = f"/claims/new?from_on={people.today - timedelta(days=150)}&to_on={people.today}"
    page = sign_in("alice").get(address).text
    assert reason in page
    link = re.search(rf'href="([^"]+)">{label}', page)[1].replace("&amp;", "&")
    form = sign_in("alice").get(link.partition("#")[0])
    assert form.status_code == 200
    assert "Back to the claim" in form.text
    finance = sign_in("fin").get(address).text
    assert reason in finance
    assert "Ask a coordinator or an administrator to mend this." in finance
    assert label not in finance


def test_whoever_presses_second_is_told_kindly_where_the_services_are(people, acacia, sign_in):
    some.log(people)
    first, second = sign_in("fin"), sign_in("alice")
    made = first.post("/claims", days(people))
    late = second.post("/claims", days(people))
    assert late.location == made.location
    assert "C-000001 holds the services of these days already" in second.get(late.location).text
    first.post(f"{made.location}/withdrawal")
    first.post("/claims", days(people))
    assert db.session.scalar(select(func.max(Claim.number))) == 2
    nothing = first.post("/claims", days(people) | {"whom": "self_managed"})
    assert "There is nothing to claim in these days." in first.get(nothing.location).text


def test_days_that_make_no_sense_are_named_at_their_field(people, acacia, sign_in):
    client = sign_in("fin")
    wrong = client.post("/claims", {"from_on": "2026-11-02", "to_on": "2026-11-01"})
    assert wrong.status_code == 422
    assert "The period ends before it begins." in wrong.text
    empty = client.post("/claims", {"from_on": "", "to_on": "x"})
    assert empty.status_code == 422
    assert "Enter a date." in empty.text


def test_a_claim_is_narrowed_to_a_management_or_a_participant(people, acacia, sign_in):
    some.log(people)
    ann = some.someone(people, "Ann", "430000011")
    some.log(people, ann)
    client = sign_in("fin")
    both = client.get("/claims/new").text
    assert "2 to claim" in both
    assert "Plan managed" in both
    only = client.get(f"/claims/new?whom={ann}").text
    assert "1 to claim" in only
    made = client.post("/claims", days(people) | {"whom": "plan_managed"})
    shown = client.get(made.location).text
    assert "Ann Able" in shown
    assert "Pat Green" not in shown
    assert "C-000001-01.csv" in shown
    assert "Plan Co" in shown


def test_a_draft_that_would_be_wrong_is_not_sent_and_leads_to_what_to_mend(people, acacia, sign_in):
    some.log(people)
    client = sign_in("alice")
    made = client.post("/claims", days(people)).location
    unsigned(people)
    page = client.get(made).text
    assert "This draft cannot be sent as it is" in page
    refused = client.post(f"{made}/submission")
    assert refused.status_code == 409
    assert "C-000001 was not sent: 1 of its services can no longer be claimed." in refused.text
    assert "No signed service agreement covers this day." in refused.text
    assert "Add an agreement" in refused.text
    assert f"back={made.replace('/', '%2F')}" in refused.text or f"back={made}" in refused.text
    assert db.session.scalars(select(Claim.status)).one() == "draft"
    assert client.post(f"{made}/withdrawal").status_code == 303
    gone = client.post(f"{made}/submission")
    assert gone.status_code == 409
    assert "was withdrawn" in gone.text


def test_a_sent_claim_is_corrected_by_credit_and_a_new_draft_in_one_press(people, acacia, sign_in):
    some.log(people)
    some.log(people, days_ago=2)
    client = sign_in("fin")
    made = client.post("/claims", days(people)).location
    assert client.post(f"{made}/credits", {"reason": "x"}).status_code == 409
    client.post(f"{made}/submission")
    assert client.post(f"{made}/withdrawal").status_code == 409
    line = re.search(r'name="line" value="([^"]+)"', client.get(made).text)[1]
    nobody = client.post(f"{made}/credits", {"reason": "Wrong day"})
    assert nobody.status_code == 422
    assert "Choose the lines to credit." in nobody.text
    unsaid = client.post(f"{made}/credits", {"line": line, "reason": " "})
    assert unsaid.status_code == 422
    assert re.search(rf'value="{line}" checked', unsaid.text)
    done = client.post(f"{made}/credits", {"line": line, "reason": "Wrong day", "reclaim": "1"})
    assert done.status_code == 303
    assert done.location != made
    draft = client.get(done.location).text
    assert "Credited $35.12. C-000002 is drafted from the same services." in draft
    old = client.get(made).text
    assert "Wrong day" in old
    assert old.count('name="line"') == 1
    some.no_differences()


def test_payments_and_the_services_behind_a_line_are_on_the_page(people, acacia, sign_in):
    some.log(people, hour=9)
    some.log(people, hour=11)
    claim = some.sent(people)
    record_payment(claim.id, Received(70_24, people.today, "RA-1"), actor=people.alice)
    page = sign_in("alice").get(f"/claims/{claim.id}").text
    assert "RA-1" in page
    assert "2 services" in page
    assert "9:00 am to 9:30 am" in page
    assert page.count('href="/services/') == 2
    assert 'aria-current="step"><span class="timeline__name">Paid' in page


def test_lines_are_paged_and_narrowed_to_a_status(people, acacia, sign_in, monkeypatch):
    monkeypatch.setattr("caddy.blueprints.claims.A_PAGE", 2)
    for days_ago in range(1, 6):
        some.log(people, days_ago=days_ago)
    claim = some.sent(people)
    client = sign_in("fin")
    first = client.get(f"/claims/{claim.id}").text
    assert "C-000001-0002" in first
    assert "C-000001-0003" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "C-000001-0003" in client.get(following).text
    assert "No line has this status" in client.get(f"/claims/{claim.id}?status=paid").text


def test_a_claim_of_lines_for_all_managements_sends_each_where_it_belongs(people, acacia, sign_in):
    some.log(people)
    own = some.someone(people, "Sue", "430000012", PlanManagement.SELF_MANAGED, None)
    some.log(people, own)
    claim = some.sent(people)
    page = sign_in("fin").get(f"/claims/{claim.id}").text
    for one in claim_files.kept(claim.id):
        assert one.file_name in page
        assert one.sha256 in page
    assert "Sue Able" in page


@pytest.mark.both_databases
def test_the_pages_ask_no_more_queries_for_more_rows(app, people, acacia, sign_in):
    client = sign_in("alice")

    def counted():
        claim = db.session.scalars(select(Claim).order_by(Claim.number)).first()
        paths = ("/claims", "/claims/new", f"/claims/{claim.id}")
        return [growth.queries(app, client, path) for path in paths]

    some.log(people)
    some.sent(people)
    some.log(people, days_ago=2)
    bare = some.log(people, days_ago=3)
    changed(people, Service, bare, notes="")
    few = counted()
    for days_ago in range(4, 9):
        some.log(people, days_ago=days_ago)
    for hour in range(10, 15):
        changed(people, Service, some.log(people, days_ago=2, hour=hour), notes="")
    assert counted() == few


def test_the_provider_numbers_are_checked_and_kept(people, acacia, sign_in):
    client = sign_in("alice")
    wrong = client.post("/settings/provider", {"abn": "11 111 111 111", "ndis_registration": "x"})
    assert wrong.status_code == 422
    assert "This ABN does not add up." in wrong.text
    wrong = client.post("/settings/provider", {"abn": "", "ndis_registration": "4050x"})
    assert "A registration number is digits alone" in wrong.text
    form = {"abn": "83 914 571 673", "ndis_registration": "4050 000 999"}
    assert client.post("/settings/provider", form).status_code == 303
    assert 'value="4050000999"' in client.get("/settings").text


def test_an_item_is_made_taxable_by_those_who_write_the_catalogue(people, acacia, sign_in):
    client = sign_in("alice")
    listed = client.get("/catalogue?search=01_011_0107").text
    address = re.search(r'href="(/catalogue/items/[^"]+)"', listed)[1]
    assert "GST free, as nearly all NDIS supports are." in client.get(address).text
    assert "Save" not in re.findall(r"<button[^>]*>([^<]+)", sign_in("vic").get(address).text)
    wrong = client.post(f"{address}/gst", {"gst_code": "P9"})
    assert wrong.status_code == 422
    saved = client.post(f"{address}/gst", {"gst_code": "P1"})
    assert "GST is included in the price. Later catalogues keep this." in (
        client.get(saved.location).text
    )


def test_a_signature_can_be_required_and_is_entered_with_the_correction(people, acacia, sign_in):
    some.log(people)
    client = sign_in("alice")
    said = client.post("/settings/signatures", {"is_required": "y"})
    assert "are held back from claims" in client.get(said.location).text
    page = client.get("/claims/new").text
    assert "Nobody confirmed the service by name" in page
    link = re.search(r'href="(/services/[^"]+/correction\?back=[^"]+)"', page)[1]
    form = client.get(link).text
    assert 'name="signed_by"' in form
    fields = {
        "version": "1",
        "service_on": (people.today - timedelta(days=1)).isoformat(),
        "start_time": "09:00",
        "end_time": "09:30",
        "item_number": "01_011_0107_1_1",
        "notes": "A test.",
        "signed_by": "Pat Green",
        "reason": "Confirmed by phone",
    }
    assert client.post(link.partition("?")[0], fields).status_code == 303
    assert "1 to claim, 0 held back" in client.get("/claims/new").text
