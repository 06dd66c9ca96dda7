"""Figures for Prometheus: who gets them, what they count, and that they name nobody."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pydantic import SecretStr

from caddy import metrics, queue
from caddy.config import load_settings
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests.client import Client

TOKEN = "a token of more than twenty letters"


@pytest.fixture
def scrape(app, monkeypatch):
    def ask(token=TOKEN, configured=TOKEN):
        settings = load_settings().model_copy(update={"metrics_token": SecretStr(configured)})
        monkeypatch.setattr("caddy.blueprints.metrics.load_settings", lambda: settings)
        return Client(app).get("/metrics", headers={"Authorization": f"Bearer {token}"})

    return ask


def value(text, line):
    return next(float(one.split()[-1]) for one in text.splitlines() if one.startswith(line))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_its_token_nothing_is_there(scrape):
    assert scrape(configured="", token="").status_code == 404
    assert scrape(token="another token of many letters").status_code == 404
    assert scrape(token="é").status_code == 404
    assert scrape().status_code == 200


def test_requests_are_counted_by_the_pattern_of_their_address(people, sign_in, scrape):
    address = f"/participants/{people.acacia.participant_id}"
    sign_in("cora").get(address)
    text = scrape().text
    route = 'route="/participants/<uuid:participant_id>"'
    assert value(text, f'caddy_request_seconds_count{{method="GET",{route},status="2xx"}}') >= 1
    assert value(text, f"caddy_request_queries_total{{{route}}}") >= 1
    assert value(text, f"caddy_request_query_seconds_sum{{{route}}}") > 0
    assert str(people.acacia.participant_id) not in text
    assert "caddy_live_listeners" in text


def test_what_waits_is_counted_with_its_age_and_what_ended_with_how(people, scrape):
    def depth():
        return value(scrape().text, "caddy_outbox_depth")

    before = depth()
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        queue.later(queue.Job.CHECK_BUDGET, people.acacia.id)
    assert depth() == before + 1
    queue.dispatch()
    text = scrape().text
    assert value(text, 'caddy_queue_depth{queue="mail"}') >= 1
    assert value(text, 'caddy_queue_oldest_seconds{queue="mail"}') >= 0
    assert value(text, "caddy_outbox_oldest_seconds") > 0
    metrics.note_outcome("job", "check_budget", "done", 0.5)
    metrics.note_outcome("mail", "summary", "sent")
    text = scrape().text
    assert value(text, 'caddy_jobs_total{job="check_budget",outcome="done"}') == 1
    assert value(text, 'caddy_job_seconds_total{job="check_budget"}') == 0.5
    assert value(text, 'caddy_emails_total{outcome="sent",template="summary"}') == 1


COUNT_ONE = """
from caddy import metrics
metrics.LISTENERS.set(3)
metrics.note_request("/panel", "GET", 200, 0.01, metrics.Tally(2, 0.001))
"""


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_processes_of_a_server_are_counted_together(app, tmp_path):
    environment = {**os.environ, metrics.SHARED_FOLDER: str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT_ONE], env=environment, check=True)
    look = "from caddy import metrics\nmetrics._Now.collect = lambda self: ()\n"
    look += "print(metrics.exposition().decode())"
    text = subprocess.run(
        [sys.executable, "-c", look], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert value(text, 'caddy_request_queries_total{route="/panel"}') == 4
    assert value(text, 'caddy_request_seconds_count{method="GET",route="/panel"') == 2
