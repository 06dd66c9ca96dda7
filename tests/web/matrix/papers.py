"""Documents, signatures, registers, incidents, messages."""

from __future__ import annotations

from tests.web.matrix.parts import (
    ACTION,
    CHECKED,
    DONE,
    LISTS,
    OK,
    REGISTERS,
    Call,
)

CALLS: dict[str, Call] = {
    "GET agreements.index": Call(takes_ids=True),
    "GET agreements.new": Call(takes_ids=True),
    "POST agreements.create": Call(frozenset({422}), takes_ids=True, form={"terms": "x"}),
    "GET agreements.show": Call(takes_ids=True),
    "GET agreements.edit": Call(takes_ids=True),
    "POST agreements.update": Call(frozenset({422}), takes_ids=True, form={"terms": "x"}),
    "POST agreements.signature": Call(
        CHECKED, takes_ids=True, form={"signed_on": "2026-11-01", "signed_by": "Pat"}
    ),
    # A draft is not ended: 409 where nobody has signed it before.
    "POST agreements.ending": Call(CHECKED | {409}, takes_ids=True, form={"on": "2026-11-01"}),
    "POST agreements.add_document": Call(frozenset({422}), takes_ids=True),
    "GET evidence.index": Call(),
    "POST evidence.create": Call(DONE, form={"starts_on": "2026-11-01", "ends_on": "2026-11-21"}),
    "GET attachments.show": Call(takes_ids=True),
    **{
        f"GET {name}.{ending}": Call(takes_ids=name == "agreements")
        for name in LISTS
        for ending in ("csv", "xlsx")
    },
    "GET documents.index": Call(),
    "GET documents.new": Call(takes_ids=True, query="participant={participant_id}"),
    "POST documents.create": Call(
        frozenset({422}), takes_ids=True, query="agreement={agreement_id}"
    ),
    "GET documents.show": Call(takes_ids=True),
    "GET documents.edit": Call(takes_ids=True),
    "POST documents.update": Call(frozenset({422}), takes_ids=True, form={"title": "x"}),
    "POST documents.add_version": Call(frozenset({422}), takes_ids=True),
    "POST documents.retirement": Call(DONE, takes_ids=True),
    "POST documents.restoration": Call(DONE, takes_ids=True),
    "POST documents.create_link": Call(takes_ids=True),
    "GET document_files.download": Call(takes_ids=True),
    "GET document_files.preview": Call(takes_ids=True),
    "GET document_files.shared": Call(takes_ids=True),
    **{f"GET {name}.{view}": Call() for name in REGISTERS for view in ("index", "new")},
    **{f"POST {name}.create": Call(frozenset({422})) for name in REGISTERS},
    **{
        f"GET {name}.{view}": Call(takes_ids=True)
        for name in REGISTERS
        for view in ("show", "edit")
    },
    **{f"POST {name}.update": Call(frozenset({422}), takes_ids=True) for name in REGISTERS},
    **{
        f"POST {name}.add_action": Call(CHECKED, takes_ids=True, form=ACTION)
        for name in ("complaints", "risks", "incidents")
    },
    "GET qualifications.index": Call(),
    "GET service_agreements.index": Call(query="show=all"),
    "GET care_records.of_participant": Call(takes_ids=True),
    "POST policies.read": Call(DONE, takes_ids=True),
    "POST restrictive_practices.add_use": Call(frozenset({422}), takes_ids=True),
    "GET registers.show": Call(),
    "POST registers.completion": Call(DONE, takes_ids=True),
    "GET incidents.index": Call(),
    "GET incidents.clocks": Call(),
    "GET incidents.new": Call(takes_ids=True, query="service={service_id}"),
    "POST incidents.create": Call(frozenset({422}), form={"what_happened": "x"}),
    "GET incidents.show": Call(takes_ids=True),
    "GET incidents.edit": Call(takes_ids=True),
    "POST incidents.update": Call(frozenset({422}), takes_ids=True),
    "POST incidents.notification": Call(
        CHECKED,
        takes_ids=True,
        form={"notified_on": "2026-11-01", "notified_time": "09:00", "number": "N1"},
    ),
    "POST incidents.details": Call(frozenset({422}), takes_ids=True),
    "POST incidents.investigation": Call(DONE, takes_ids=True, form={"investigation": "A test."}),
    # The Commission was not notified of it yet.
    "POST incidents.closing": Call(frozenset({409}), takes_ids=True, form={"outcome": "A test."}),
    # It is not closed: what is found goes into the investigation.
    "POST incidents.add_note": Call(frozenset({409}), takes_ids=True, form={"body": "A test."}),
    "GET messages.index": Call(query="q=test"),
    "GET messages.new": Call(OK | {404}, takes_ids=True, query="participant={participant_id}"),
    "POST messages.create": Call(
        CHECKED | {404},
        takes_ids=True,
        form={
            "participant": "{participant_id}",
            "key": "matrix-new",
            "title": "A test",
            "body": "A test.",
        },
    ),
    # Finance may use messages and may not open participants: those about one are not there.
    "GET messages.show": Call(OK | {404}, takes_ids=True),
    "POST messages.send": Call(
        CHECKED | {404}, takes_ids=True, form={"key": "matrix", "body": "A test."}
    ),
    "GET messages.suggest": Call(OK | {404}, takes_ids=True, query="q=s"),
    "POST conversations.reading": Call(DONE | {404}, takes_ids=True),
    "POST conversations.add": Call(DONE | {404}, takes_ids=True),
    "POST conversations.mute": Call(DONE | {404}, takes_ids=True),
    # One changes only what one wrote oneself.
    "GET conversations.edit": Call(OK | {404}, takes_ids=True),
    "POST conversations.update": Call(CHECKED | {404}, takes_ids=True, form={"body": "A test."}),
    "POST conversations.removal": Call(DONE | {403, 404}, takes_ids=True),
    # Only members can leave.
    "POST conversations.leave": Call(DONE | {404}, takes_ids=True),
    "GET notifications.index": Call(),
    # One reads only one's own, so a colleague's is not there either.
    "POST notifications.reading": Call(DONE | {404}, takes_ids=True),
    "POST notifications.reading_of_all": Call(DONE),
    "GET compliance.show": Call(),
    "POST compliance.check": Call(DONE),
    "GET compliance.list_scores": Call(query="kind=worker"),
    "GET compliance.mine": Call(),
    "GET timelines.show": Call(takes_ids=True),
    "GET participant_fields.edit": Call(takes_ids=True),
    "POST participant_fields.update": Call(CHECKED, takes_ids=True, form={"value": "x"}),
    "POST medical.view": Call(takes_ids=True),
    "POST medical.update": Call(DONE, takes_ids=True, form={"allergies": "a test"}),
    "GET signings.of_agreement": Call(takes_ids=True),
    "POST signings.sign_agreement": Call(frozenset({422}), takes_ids=True, form={"name": "Pat"}),
    "POST signings.make_paper": Call(DONE, takes_ids=True),
    # Nobody has had the paper of this one made.
    "GET signings.paper": Call(frozenset({404}), takes_ids=True),
    # Signed on paper before, where another route's turn came first.
    "POST signings.ask_for_agreement": Call(
        DONE | {409}, takes_ids=True, form={"to_name": "Pat", "to_address": "pat@example.org"}
    ),
    # A colleague's support, as with the steps of a shift; and one that was cancelled meanwhile.
    "GET signings.of_service": Call(OK | {403, 409}, takes_ids=True),
    "POST signings.sign_service": Call(frozenset({403, 409, 422}), takes_ids=True),
    "POST signings.ask_for_service": Call(frozenset({403, 409, 422}), takes_ids=True),
    "POST signings.revocation": Call(DONE | {403, 409}, takes_ids=True),
    "GET signing_links.show": Call(takes_ids=True),
    "POST signing_links.sign": Call(frozenset({422}), takes_ids=True),
    "GET signing_links.document": Call(takes_ids=True),
    "GET signing_links.done": Call(),
}
