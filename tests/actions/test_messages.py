"""Messages: who may read them, what counts as unread, and what of them is kept."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from caddy import clock
from caddy.actions import conversations, messages, sessions, teams, viewing
from caddy.domain.errors import Forbidden, NotFound, RuleBroken
from caddy.domain.people import PresenceStatus
from caddy.extensions import db
from caddy.jobs.messages import find_digests_due
from caddy.models import (
    AuditLog,
    ConversationMember,
    EmailLog,
    Message,
    MessageDocument,
    MessageMention,
    Notification,
)
from caddy.queries import conversation_people, message_documents, records, users
from caddy.queries import conversations as reads
from caddy.queries import messages as threads
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import messaging, snapshot, world
from tests.messaging import actor, begin, newest, say
from tests.one_of_each import document_of


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def unread(people, who):
    found = users.active(people.acacia.people[who])
    return found.unread_messages if found else None


def is_open(people, who, conversation_id):
    return reads.one(conversation_id, actor(people, who)) is not None


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_what_staff_write_to_each_other_is_for_its_members_alone(people):
    conversation_id = begin(people, "cora", "fin")
    seen = {who: is_open(people, who, conversation_id) for who in ("cora", "fin", "sam", "alice")}
    assert seen == {"cora": True, "fin": True, "sam": False, "alice": False}
    with pytest.raises(NotFound):
        say(people, "alice", conversation_id, "Let me in.")


def test_what_is_said_of_a_participant_is_for_those_who_may_see_them(people):
    pat = people.acacia.participant_id
    conversation_id = begin(people, "cora", "sam", about=pat)
    seen = {who: is_open(people, who, conversation_id) for who in ("alice", "sam", "fin", "vic")}
    assert seen == {"alice": True, "sam": True, "fin": False, "vic": False}
    assert unread(people, "sam") == 1
    teams.remove_from_team(pat, people.acacia.people["sam"], actor=people.alice)
    assert not is_open(people, "sam", conversation_id)
    assert unread(people, "sam") == 0
    assert reads.page(actor(people, "sam"))[0] == []
    assert reads.found("hello", actor(people, "sam")) == []
    assert "Sam" not in {
        one.first_name for one in conversation_people.members(conversation_id, pat)
    }
    for refused in (
        lambda: say(people, "sam", conversation_id, "Still here?"),
        lambda: conversations.mark_read(conversation_id, actor=actor(people, "sam")),
    ):
        with pytest.raises(NotFound):
            refused()


@pytest.mark.parametrize("who", ["fin", "vic", "sam"])
def test_nobody_is_let_into_what_they_may_not_see(people, who):
    olly = world.olly(people)
    with pytest.raises(RuleBroken, match="Choose people from the list"):
        begin(people, "cora", who, about=olly)
    conversation_id = begin(people, "cora", about=olly)
    with pytest.raises(RuleBroken, match="Choose people from the list"):
        conversations.add_members(
            conversation_id, messaging.ids(people, who), actor=actor(people, "cora")
        )
    with pytest.raises(RuleBroken, match="Choose people from the list"):
        say(people, "cora", conversation_id, "x", mentioned=messaging.ids(people, who))
    assert count(MessageMention) == 0
    if who != "vic":
        with pytest.raises(NotFound):
            begin(people, who, about=olly)


def test_the_same_form_sent_by_many_at_once_says_it_once(app, people):
    conversation_id = begin(people, "cora", "sam")
    made = []

    def work():
        with app.app_context(), scope(people.acacia.id):
            made.append(say(people, "cora", conversation_id, "Once.", key="the form"))

    workers = [threading.Thread(target=work) for _ in range(5)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(made) == 5
    assert len(set(made)) == 1
    assert unread(people, "sam") == 2


def test_unread_is_counted_for_the_others_until_they_read_or_it_is_taken_back(people):
    conversation_id = begin(people, "cora", "sam", "alice")
    message_id = say(people, "cora", conversation_id, "Two.")
    assert [unread(people, who) for who in ("cora", "sam", "alice")] == [0, 2, 2]
    assert conversations.mark_read(conversation_id, actor=actor(people, "sam"))
    assert not conversations.mark_read(conversation_id, actor=actor(people, "sam"))
    messages.remove(conversation_id, message_id, actor=actor(people, "cora"))
    assert [unread(people, who) for who in ("cora", "sam", "alice")] == [0, 0, 1]
    conversations.mute(conversation_id, is_muted=True, actor=actor(people, "alice"))
    assert unread(people, "alice") == 0
    conversations.leave(conversation_id, actor=actor(people, "sam"))
    assert not is_open(people, "sam", conversation_id)
    assert conversations.add_members(
        conversation_id, messaging.ids(people, "sam"), actor=actor(people, "alice")
    )


def test_who_has_read_stands_under_the_last_they_read_and_never_under_their_own(people):
    conversation_id = begin(people, "cora", "sam", "alice")
    conversations.mark_read(conversation_id, actor=actor(people, "alice"))
    say(people, "cora", conversation_id, "Two.")
    say(people, "sam", conversation_id, "Three.")
    members = conversation_people.members(conversation_id, None)
    shown = threads.thread(conversation_id, members).messages
    assert [one.read_by for one in shown] == [["Alice"], [], []]
    conversations.mark_read(conversation_id, actor=actor(people, "cora"))
    members = conversation_people.members(conversation_id, None)
    shown = threads.thread(conversation_id, members).messages
    assert [one.read_by for one in shown] == [["Alice"], [], ["Cora"]]


def test_a_mention_brings_in_and_tells_who_may_see_and_says_nothing_of_it(people):
    pat = people.acacia.participant_id
    conversation_id = begin(people, "cora", about=pat, body="@Sam Acacia, Pat Green has a cold.")
    assert unread(people, "sam") == 1
    told = db.session.scalars(select(Notification)).one()
    assert (told.user_id, told.kind) == (people.acacia.people["sam"], "mention")
    assert told.link == f"/messages/{conversation_id}"
    letter = db.session.scalars(select(EmailLog)).one()
    assert "Pat" not in json.dumps([told.title, told.body, letter.subject, letter.context])
    conversations.mark_read(conversation_id, actor=actor(people, "sam"))
    db.session.expire_all()
    assert db.session.scalars(select(Notification)).one().read_at


def test_only_who_wrote_it_changes_or_removes_it_and_its_words_are_in_no_log(people):
    conversation_id = begin(people, "cora", "sam", body="The word is marmalade.")
    message_id = newest(conversation_id).id
    for act in (
        lambda who: messages.change(conversation_id, message_id, "x", actor=actor(people, who)),
        lambda who: messages.remove(conversation_id, message_id, actor=actor(people, who)),
    ):
        with pytest.raises(Forbidden):
            act("sam")
    messages.change(conversation_id, message_id, "Marmalade, again.", actor=actor(people, "cora"))
    assert newest(conversation_id).edited_at
    messages.remove(conversation_id, message_id, actor=actor(people, "cora"))
    stone = newest(conversation_id)
    assert (stone.body, bool(stone.removed_at)) == ("", True)
    with pytest.raises(NotFound):
        messages.change(conversation_id, message_id, "Back.", actor=actor(people, "cora"))
    log = db.session.scalars(select(AuditLog).order_by(AuditLog.sequence)).all()
    facts = [row.action for row in log if row.action.startswith("message.")]
    assert facts == ["message.sent", "message.changed", "message.removed"]
    assert "armalade" not in json.dumps([row.changes for row in log])


@pytest.mark.parametrize(("body", "says"), [("  \n", "Write a message"), ("x" * 10_001, "10,000")])
def test_a_message_is_neither_empty_nor_endless(people, body, says):
    conversation_id = begin(people, "cora", "sam")
    with pytest.raises(RuleBroken, match=says):
        say(people, "cora", conversation_id, body)


def test_an_answer_names_a_message_of_the_same_conversation(people):
    here, there = begin(people, "cora", "sam"), begin(people, "cora", "alice")
    with pytest.raises(RuleBroken, match="not there"):
        say(people, "cora", here, "Yes.", reply_to_id=newest(there).id)
    say(people, "sam", here, "Yes.", reply_to_id=newest(here).id)
    last = threads.thread(here, []).messages[-1]
    assert (last.reply_to, last.reply_excerpt) == ("Cora", "Hello.")


def test_a_message_shows_only_documents_that_everyone_in_it_may_see(people):
    pat, olly = people.acacia.participant_id, world.olly(people)
    own, other = (document_of(one, people.alice)["document_id"] for one in (pat, olly))
    conversation_id = begin(people, "cora", "sam", about=pat)
    for where in (conversation_id, begin(people, "cora", "fin")):
        with pytest.raises(RuleBroken, match="documents from the list"):
            say(people, "cora", where, "x", document_ids=frozenset({other}))
    message_id = say(people, "sam", conversation_id, "Here.", document_ids=frozenset({own}))
    assert message_documents.of_messages([message_id])[message_id][0][0] == own
    messages.remove(conversation_id, message_id, actor=actor(people, "sam"))
    assert count(MessageDocument) == 0


def test_words_are_found_where_one_may_read_them(people):
    begin(people, "cora", "sam", body="The ramp is fixed, 100% sure.")
    begin(people, "cora", "fin", body="The ramp costs $40.")
    found = {who: len(reads.found("RAMP the", actor(people, who))) for who in ("cora", "sam")}
    assert found == {"cora": 2, "sam": 1}
    assert len(reads.found("100%", actor(people, "cora"))) == 1
    assert reads.found("1%0", actor(people, "cora")) == []


def test_what_is_said_of_a_participant_is_in_their_record(app, people):
    pat = people.acacia.participant_id
    begin(people, "cora", "sam", about=pat, body="@Sam Acacia hello")
    begin(people, "cora", "sam", body="Among staff.")
    wanted = records.conditions(pat)
    with snapshot.owner().connect() as connection:
        for model in (Message, ConversationMember, MessageMention):
            table = next(
                one for one in records.archives.tables() if one.name == model.__tablename__
            )
            rows = list(records.rows(connection, table, wanted[table.name]))
            assert len(rows) == (2 if model is ConversationMember else 1), table.name


def waits(people, hours, who="sam"):
    """Let what someone has not read be this old."""
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(ConversationMember)
            .where(ConversationMember.user_id == people.acacia.people[who])
            .where(ConversationMember.unread_count > 0)
            .values(unread_since=clock.now() - timedelta(hours=hours))
        )


def test_the_absent_get_one_mail_for_each_batch_that_says_nothing_of_it(people):
    pat = people.acacia.participant_id
    conversation_id = begin(people, "cora", "sam", about=pat, body="Pat has a cold.")
    waits(people, 23)
    assert find_digests_due() == 0
    waits(people, 25)
    assert [find_digests_due(), find_digests_due()] == [1, 0]
    letter = db.session.scalars(select(EmailLog)).one()
    assert (letter.subject, letter.to_address) == (
        "Unread messages in Caddy: 1",
        "sam@acacia.example",
    )
    assert "Pat" not in json.dumps(letter.context)
    assert count(Notification) == 0
    say(people, "cora", conversation_id, "More.")
    assert find_digests_due() == 0


def test_who_lost_the_right_or_wants_none_gets_no_mail(people):
    pat = people.acacia.participant_id
    begin(people, "cora", "sam", "alice", about=pat)
    teams.remove_from_team(pat, people.acacia.people["sam"], actor=people.alice)
    messaging.never_mailed(people, "alice")
    waits(people, 48)
    waits(people, 48, "alice")
    assert find_digests_due() == 0
    assert count(EmailLog) == 0


def test_who_has_a_participant_open_is_known_to_those_who_may_see_them(people):
    pat = people.acacia.participant_id
    log = count(AuditLog)
    cora, sam = actor(people, "cora"), actor(people, "sam")
    assert viewing.open_participant(pat, "hers", actor=cora) == [cora.user_id]
    assert set(viewing.open_participant(pat, "his", actor=sam)) == {sam.user_id, cora.user_id}
    viewing.close_participant(pat, "hers", actor=cora)
    # What her page said before it was left, and what comes only now, counts no more.
    viewing.open_participant(pat, "hers", actor=cora)
    assert viewing.open_participant(pat, "his", actor=sam) == [sam.user_id]
    with pytest.raises(NotFound):
        viewing.open_participant(world.olly(people), "his", actor=sam)
    with scope(people.banksia.id), pytest.raises(NotFound):
        viewing.open_participant(pat, "x", actor=people.charlie)
    added = db.session.scalars(select(AuditLog.action).order_by(AuditLog.id).offset(log)).all()
    assert not any("presence" in one or "open" in one for one in added)


def test_being_away_is_shown_as_away(people):
    sessions.be_present(PresenceStatus.AWAY, "/participants/1", actor=people.sam)
    (row,) = users.online()
    assert (row.id, row.presence_status) == (people.sam.user_id, PresenceStatus.AWAY)
