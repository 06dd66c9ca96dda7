"""The live panel: right again after a lost connection, and it keeps focus and scroll."""

from __future__ import annotations

import signal

from playwright.sync_api import expect

from tests.browser.conftest import wait_until_gone
from tests.browser.test_main_job import add_participant, join_team, log_service


def _log(page, address, start, end):
    log_service(page, address, start, end)
    page.get_by_role("button", name="Log the service").click()
    expect(page.locator(".toasts")).to_contain_text("Logged ")


def test_after_a_lost_connection_the_panel_is_right_again_by_itself(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778001", "Cut")
    address = admin.url
    watcher = open_browser("casey")
    watcher.goto(address)
    expect(watcher.locator("#live-status")).to_have_text("Live")

    watcher.context.set_offline(True)
    # An open stream outlives the emulated cut: end it as a dying connection would.
    watcher.evaluate("document.querySelector('#live-stream')._htmx.sse.reader?.cancel()")
    expect(watcher.locator("#live-status")).to_have_text("Reconnecting…")
    _log(admin, address, "09:00", "10:00")
    expect(watcher.locator("article.budget")).to_contain_text("$1,000.00")

    watcher.context.set_offline(False)
    expect(watcher.locator("#live-status")).to_have_text("Live", timeout=15_000)
    expect(watcher.locator("article.budget")).to_contain_text("$929.77", timeout=15_000)


def test_a_panel_is_live_also_where_a_script_is_slow_to_arrive(open_browser):
    page = open_browser("casey")

    def slow(route):
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/hx-sse*", slow)
    page.goto("/panel")
    expect(page.locator("#live-status")).to_have_text("Live")


def test_a_hidden_tab_is_right_again_when_it_is_shown(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778005", "Hidden")
    address = admin.url
    watcher = open_browser("casey")
    watcher.goto(address)
    expect(watcher.locator("#live-status")).to_have_text("Live")

    def hide(is_hidden: bool) -> None:
        watcher.evaluate(
            """(value) => {
                Object.defineProperty(document, "hidden", {value, configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            is_hidden,
        )

    hide(True)
    watcher.wait_for_timeout(300)
    _log(admin, address, "09:00", "10:00")
    watcher.wait_for_timeout(300)
    expect(watcher.locator("article.budget")).to_contain_text("$1,000.00")
    hide(False)
    expect(watcher.locator("article.budget")).to_contain_text("$929.77", timeout=10_000)


def test_after_caddy_was_killed_and_started_anew_the_panel_is_right_again(open_browser, server):
    """Redis is new too and knows no event: the panel fetches itself, and goes on live.

    Killed outright Caddy still leaves nothing running, and it finds all as it was.
    """
    admin = open_browser("alex")
    add_participant(admin, "430778006", "Anew")
    address = admin.url
    watcher = open_browser("casey")
    watcher.goto(address)
    expect(watcher.locator("#live-status")).to_have_text("Live")
    database = (server.var / "caddy.sqlite3").stat().st_ino
    server.stop(signal.SIGKILL)
    expect(watcher.locator("#live-status")).to_have_text("Reconnecting…", timeout=10_000)
    assert wait_until_gone(server.var) == []
    assert "alex@acacia.example" in server.start()
    assert (server.var / "caddy.sqlite3").stat().st_ino == database
    _log(admin, address, "09:00", "10:00")
    expect(watcher.locator("#live-status")).to_have_text("Live", timeout=20_000)
    expect(watcher.locator("article.budget")).to_contain_text("$929.77", timeout=20_000)
    _log(admin, address, "11:00", "12:00")
    expect(watcher.locator("article.budget")).to_contain_text("$859.54")


def test_an_update_leaves_focus_and_scroll_alone(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778002", "Still")
    address = admin.url
    watcher = open_browser("casey", {"width": 900, "height": 500})
    watcher.goto(address)
    expect(watcher.locator("#live-status")).to_have_text("Live")
    link = watcher.get_by_role("link", name="Change", exact=True)
    link.focus()
    watcher.evaluate("window.scrollTo(0, 120)")
    _log(admin, address, "09:00", "10:00")
    expect(watcher.locator("article.budget")).to_contain_text("$929.77")
    expect(link).to_be_focused()
    assert watcher.evaluate("window.scrollY") == 120


def test_the_wall_and_the_dashboard_change_without_a_reload(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778003", "Wall", "100")
    address = admin.url
    wall, dashboard = open_browser("casey"), open_browser("vic")
    wall.goto("/panel")
    dashboard.goto("/")
    before = wall.locator("#organization-totals").inner_text()
    for page in (wall, dashboard):
        expect(page.locator("#live-status")).to_have_text("Live")
    _log(admin, address, "09:00", "10:00")
    for page in (wall, dashboard):
        expect(page.locator("#organization-totals")).not_to_have_text(before)


def test_who_may_not_see_budgets_gets_no_amounts_over_the_stream(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778004", "Secret")
    address = admin.url
    join_team(admin, address, "Sam Supporter")
    worker = open_browser("sam")
    worker.goto(address)
    expect(worker.locator("article.budget")).to_have_count(0)
    received = worker.evaluate(
        """async () => {
            const stop = new AbortController();
            const response = await fetch("/live?since=0-0", {signal: stop.signal});
            const reader = response.body.getReader();
            const {value} = await reader.read();
            stop.abort();
            return new TextDecoder().decode(value);
        }"""
    )
    assert "$" not in received


def test_a_budgets_page_and_its_group_follow_what_is_logged_and_keep_what_is_typed(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778009", "Followed")
    address = admin.url
    watcher = open_browser("casey")
    watcher.goto(address)
    watcher.locator(".budget__what a").first.click()
    expect(watcher.locator("#live-status")).to_have_text("Live")
    watcher.get_by_label("Support item").fill("01_011")
    group = open_browser("casey")
    group.goto(address.split("/participants")[0] + "/panel?support_category=1")
    expect(group.locator("#live-status")).to_have_text("Live")
    before = group.locator(".stat__value").nth(2).inner_text()

    _log(admin, address, "09:00", "10:00")
    expect(watcher.locator("#budget-page")).to_contain_text("$929.77")
    expect(watcher.locator("#services")).to_contain_text("1 service, $70.23 spent in all")
    expect(watcher.get_by_label("Support item")).to_have_value("01_011")
    expect(group.locator(".stat__value").nth(2)).not_to_have_text(before)

    watcher.get_by_label("Hours a week").fill("2:30")
    watcher.get_by_label("Support item").fill("01_011_0107_1_1")
    watcher.get_by_role("button", name="Work it out").click()
    expect(watcher.locator("#what-if")).to_contain_text("At 2:30 hours a week it costs")
    watcher.get_by_label("Hours a week").fill("many")
    watcher.get_by_role("button", name="Work it out").click()
    expect(watcher.locator("#what-if")).to_contain_text("Enter a number, such as 6.5")
