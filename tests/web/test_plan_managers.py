"""Plan managers: who has no address yet, and what their invoices carry once they have one."""

from __future__ import annotations

from caddy.queries import books, report_claims
from caddy.tenancy import scope
from tests import claims as some

MANAGER = {
    "name": "Plan Co",
    "abn": "83 914 571 673",
    "email": "invoices@plan.example",
    "street": "GPO Box 1",
    "suburb": "Sydney",
    "state": "NSW",
    "postcode": "2000",
}


def test_an_invoice_to_a_plan_manager_carries_the_address_that_finance_keeps(people, sign_in):
    with scope(people.acacia.id):
        some.ready(people)
        some.log(people, some.someone(people, "Ann", "430000017"))
        sent = some.sent(people)
        claim = some.claim_of(sent.id)
        (bare,) = report_claims.invoices(claim)
    assert (bare.to.name, bare.to.address) == ("Plan Co", ())
    client, place = sign_in("fin"), "/finance/plan-managers"
    listed = client.get(place).text
    assert 'href="/finance/plan-managers?name=Plan+Co#name"' in listed or "Plan%20Co" in listed
    refused = client.post(place, {**MANAGER, "abn": "1"})
    assert refused.status_code == 422
    assert "GPO Box 1" in refused.text
    assert client.post(place, MANAGER).status_code == 303
    assert "is in the list already" in client.post(place, MANAGER).text
    shown = client.get(place).text
    assert "83 914 571 673" in shown
    assert "No address yet" not in shown
    with scope(people.acacia.id):
        (invoice,) = report_claims.invoices(some.claim_of(sent.id))
        (contact,) = books.contacts(some.Claim.id == sent.id)
    assert invoice.to.address == ("GPO Box 1", "Sydney NSW 2000")
    assert (invoice.to.email, invoice.to.abn) == ("invoices@plan.example", "83914571673")
    assert (contact.name, contact.street) == ("Plan Co", "GPO Box 1")
    assert sign_in("cora").get(place).status_code == 403
    assert "Plan Co" not in sign_in("charlie").get(place).text
