"""What must hold on every page: no complaint of axe, no sideways scroll, all of it reachable."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, sign_in, watch
from tests.sharing import turn

TABLET = {"width": 768, "height": 1024}
NARROW = {"width": 320, "height": 640}  # what is left of 1280 pixels at 400 %

PAGES = {
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "mail-sent": "/sign-in/mail",
    "link-ask": "/sign-in/link",
    "password-ask": "/password-reset",
    "sessions": "/settings/sessions",
    "password": "/settings/password",
    "factors": "/settings/sign-in",
    "passkey-new": "/settings/passkeys/new",
    "passkey-sign-in": "/sign-in/passkey",
    "confirmation": "/confirmation",
    "invitations": "/staff/invitations",
    "dashboard": "/",
    "panel": "/panel",
    "panel-red": "/panel?light=red",
    "panel-wall": "/panel?wall=1",
    "panel-groups": "/panel/groups?by=category",
    "panel-group": "/panel?support_category=1&sort=pace_under",
    "budget": "budget",
    "budget-what-if": "budget/what-if?item=01_011_0107_1_1&a_week=6:30",
    "budget-adjust": "budget/adjustments/new",
    "participants": "/participants",
    "participants-empty": "/participants?search=nobody-of-this-name",
    "participant-new": "/participants/new",
    "participant": "participant",
    "participant-plans": "participant?tab=plans",
    "participant-compliance": "participant?tab=compliance",
    "participant-timeline": "participant/timeline",
    "participant-edit": "participant/edit",
    "participant-records": "participant/care-records",
    "plan-new": "participant/plans/new",
    "plan-edit": "plan",
    "agreements": "participant/agreements",
    "agreement-new": "participant/agreements/new",
    "team": "participant/team",
    "sight": "participant/access",
    "services": "/services",
    "service-choose": "/services/new",
    "service-new": "/services/new?participant=",
    "service": "service",
    "service-correction": "service/correction",
    "service-cancellation": "service/cancellation",
    "service-signing": "service/signing",
    "shift-move": "shift/move",
    "shift-group": "shift/group",
    "shift-group-move": "shift/group/move",
    "signing-done": "/signing/done",
    "reports": "/reports",
    "documents": "/documents",
    "document": "document",
    "document-edit": "document/edit",
    "document-choose": "/documents/new",
    "document-new": "/documents/new?organization=1",
    "archives": "/settings/archives",
    "tasks": "/tasks",
    "own-week": "/shifts/mine",
    "waiting": "/waiting",
    "offline": "/offline",
    "roster": "/roster",
    "roster-day": "/roster?view=day",
    "roster-choose": "/roster/new",
    "roster-new": "/roster/new?participant=",
    "claims": "/claims",
    "claim-new": "/claims/new",
    "claim-sent": "claim",
    "catalogue": "/catalogue",
    "catalogue-import": "/catalogue/imports/new",
    "imports": "/imports",
    "import-new": "/imports/new",
    "import-ids": "/imports/ids",
    "import-report": "/imports/report",
    "notifications": "/notifications",
    "messages": "/messages",
    "message-new": "/messages/new",
    "conversation": "conversation",
    "results": "/claims/results",
    "result-new": "/claims/results/new",
    "finance": "/finance",
    "held-back": "/finance/held-back",
    "receivables": "/finance/receivables",
    "receivable-lines": "/finance/receivables/lines",
    "payments": "/finance/payments",
    "payment-new": "/finance/payments/new",
    "books": "/finance/books",
    "search": "/search?q=43",
    "palette": "/palette?q=add",
    "saved-filters": "/filters",
    "selection": "/participants/selection",
    "staff": "/staff",
    "staff-person": "staff-person",
    "staff-account": "staff-person/account",
    "staff-permissions": "staff-person/permissions",
    "settings": "/settings",
    "audit": "/audit",
    "evidence": "/evidence",
    "history": "participant/history",
    "availability": "/availability",
    "site": "site",
    "sites": "/settings/sites",
    "letterhead": "/settings/letterhead",
    "retention": "/settings/retention",
    "erasure-new": "/settings/retention/erasures/new",
    "incidents": "/incidents",
    "incident": "incident",
    "incident-clocks": "/incidents/clocks",
    "incident-new": "/incidents/new",
    "registers": "/registers",
    "complaints": "/complaints?show=all",
    "risk": "risk",
    "practice-new": "/restrictive-practices/new",
    "policies": "/policies",
    "care-records": "/care-records",
    "qualifications": "/qualifications",
    "plan-managers": "/finance/plan-managers",
    "service-agreements": "/service-agreements",
    "calendar": "/settings/calendar",
    "subscription": "/settings/subscription",
    "settings-notifications": "/settings/notifications",
    "compliance": "/compliance",
    "compliance-scores": "/compliance/scores",
    "compliance-mine": "/compliance/mine",
    "outbox": "/outbox",
    "outbox-given-up": "/outbox/suppressions",
    "help": "/help",
    "help-guide": "/help/support-worker",
    "help-words": "/help/words",
    "help-keys": "/help/keys",
    "help-changes": "/help/changes",
    "look": "/settings/look",
    "styleguide": "/styleguide",
    "not-found": "/nothing-here",
}
# Only what is wrong is worked out in full: of large pages that is most of the time. Nothing is
# fetched anew for rules of sound, of which Caddy has none.
ONLY_WRONG = {"resultTypes": ["violations"], "preload": False}
# Of all rules only those of places can tell a tablet from a phone and a desktop.
PLACES = ONLY_WRONG | {
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
}
ENHANCED = ONLY_WRONG | {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
RULES = ONLY_WRONG | {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


KINDS = {
    "budget": ("/panel?support_category=1", ".budget__what a"),
    "conversation": ("/messages", ".inbox a"),
    "plan": ("participant-plans", 'a[href*="/plans/"][href$="/edit"]'),
    "service": ("/services?status=completed", "table a"),
    "shift": ("/services?status=scheduled", "table a"),
    "document": ("/documents", "table a"),
    "staff-person": ("/staff", "table a"),
    "site": ("/settings/sites", "table a"),
    "claim": ("/claims?status=submitted", "table a"),
    "incident": ("/incidents?show=running", "table a"),
    "risk": ("/risks", "table a"),
    "participant": ("/participants", "table a"),
}


def address(page, name: str, known: dict[str, str]) -> str:
    """Return a page's address; those of one of many take the first of their list.

    `known` holds the addresses that were looked up before.
    """
    wanted = PAGES[name]
    if wanted.startswith("/") and not wanted.endswith("="):
        return wanted
    kind = "participant" if wanted.endswith("=") else re.split("[/?]", wanted, maxsplit=1)[0]
    if kind not in known:
        place, link = KINDS[kind]
        page.goto(place if place.startswith("/") else address(page, place, known))
        known[kind] = page.locator(link).first.get_attribute("href")
    if wanted.endswith("="):
        return wanted + known[kind].rpartition("/")[2]
    return known[kind] + wanted.removeprefix(kind)


def test_axe_finds_nothing_at_any_width_in_either_theme_and_nothing_scrolls_sideways(
    chromium, server
):
    complaints: list[str] = []
    known: dict[str, str] = {}

    def open_context():
        return chromium.new_context(
            viewport=PHONE,
            base_url=server.url,
            color_scheme="light",
            reduced_motion="reduce",
            service_workers="block",  # it keeps pages, and changes none
        )

    context = open_context()
    page = context.new_page()
    watch(page, complaints)
    page.goto("/sign-in")
    found = _violations(page, "sign-in")
    sign_in(page, "alex@acacia.example")
    for name in PAGES:
        if name == "sign-in":
            continue
        page.goto(address(page, name, known))
        found += _violations(page, name)
    for name in ("participant-new", "plan-new"):
        page.goto(address(page, name, known))
        page.eval_on_selector("main form", "form => { form.noValidate = true }")
        page.locator("main form .button--primary").last.click()
        page.get_by_role("alert").first.wait_for()
        found += _violations(page, f"{name}, refused")
    context.close()
    context = open_context()
    page = context.new_page()
    sign_in(page, "vic@acacia.example")
    page.goto("/settings")
    found += _violations(page, "settings, forbidden")
    context.close()
    assert found == []
    # Of a page that is not there one is told so, and of what was blocked above; nothing else may
    # be said anywhere.
    expected = (PAGES["not-found"], "blocked by Playwright")
    assert [one for one in complaints if not any(part in one for part in expected)] == []


# Rows of one template differ in their words only, and axe works on each of them at length.
LEAVE_SOME_ROWS = """() => {
  const rows = ":is(tbody > tr, ul > li, ol > li, select > option, article)"
  const more = `${rows}:nth-child(n+4):not(:checked)`
  for (const row of document.querySelectorAll(more)) row.remove()
}"""
IS_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
AXE = Axe().axe_script
# How far a text stands out is worked out of its colours, its size and what lies behind it, at
# length: of texts that share all of these one is asked about.
UNLIKE = """
  const leftOut = (where.exclude ?? []).flat().join(",")
  const looks = (one) => {
    const style = getComputedStyle(one)
    const behind = []
    for (let at = one; at; at = at.parentElement) {
      const of = getComputedStyle(at)
      behind.push(of.opacity, of.position, of.filter, of.mixBlendMode)
      behind.push(of.backgroundColor, of.backgroundImage)
      const before = getComputedStyle(at, "::before"), after = getComputedStyle(at, "::after")
      for (const pseudo of [before, after]) {
        if (pseudo.content !== "none") behind.push(pseudo.position, pseudo.backgroundColor)
      }
      if (of.backgroundColor.startsWith("rgb(") && of.position === "static") break
    }
    return [
      style.color, style.fontSize, style.fontWeight, style.textShadow, one.disabled,
      one.closest("[aria-disabled=true], fieldset:disabled") !== null, ...behind,
    ].join()
  }
  const has_text = (one) => one.matches("input, select, textarea") ||
    [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim())
  const found = new Map()
  for (const one of document.body.querySelectorAll("*")) {
    one.removeAttribute("data-unlike")
    if (leftOut && one.closest(leftOut)) continue
    if (!has_text(one) || !one.checkVisibility()) continue
    const kind = looks(one)
    if (!found.has(kind)) found.set(kind, one)
  }
  for (const one of found.values()) one.setAttribute("data-unlike", "")
"""
ASK_OF_UNLIKE = "axe.configure({rules: [{id: 'color-contrast', selector: '[data-unlike]'}]})"

RUN = """async ([where, options]) => (await axe.run(where, options)).violations
  .map(one => [one.id, one.nodes[0].html])"""
RUN_ON_UNLIKE = f"""([where, options]) => {{
  {UNLIKE}
  return ({RUN})([where, options])
}}"""


def _violations(page, name: str) -> list[str]:
    """Read a page at each width and in both themes, opened once; it is a phone's at first."""
    page.wait_for_load_state("load")
    found = [told for size in (PHONE, NARROW, DESKTOP) for told in _wide(page, size, name)]
    page.evaluate(LEAVE_SOME_ROWS)
    page.evaluate(f"{AXE}; {ASK_OF_UNLIKE}")
    part = WHOLE if name in WITH_MENU else BUT_THE_MENU
    for size, theme in _looks(name):
        if size is PHONE:  # on the way from one end to the other
            found += _wide(page, TABLET, name)
            found += _said(page.evaluate(RUN, [part, PLACES]), f"{name} at {TABLET['width']}")
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        said = page.evaluate(RUN_ON_UNLIKE, [part, RULES])
        found += _said(said, f"{name} at {size['width']}, {theme}")
    page.emulate_media(color_scheme="light")
    return found


def _wide(page, size: dict[str, int], name: str) -> list[str]:
    """Change a page's size, and return what is to be said where it then scrolls sideways."""
    page.set_viewport_size(size)
    return [f"{name} at {size['width']}: scrolls sideways"] if page.evaluate(IS_WIDE) else []


def _looks(name: str) -> list[tuple[dict[str, int], str]]:
    """Return at which widths and in which themes a page is read: by name, in all four.

    Where all tests run each page is read in both themes and at both ends, half of them in light on
    the desktop and in dark on the phone and half the other way round; tomorrow they change.
    """
    light, dark = [(DESKTOP, "light"), (PHONE, "dark")], [(DESKTOP, "dark"), (PHONE, "light")]
    now = turn()
    if now is None:
        return light + dark
    return (light, dark)[(list(PAGES).index(name.partition(",")[0]) + now) % 2]


# What stands around a page is half of most and the same on each: it is read on some of them.
WHOLE: dict[str, list[list[str]]] = {"include": [["html"]]}
BUT_THE_MENU = WHOLE | {"exclude": [[".navigation"], [".masthead"], [".foot"]]}
WITH_MENU = {"dashboard", "panel", "participants", "service-new", "settings", "help"}


def _said(violations, where: str) -> list[str]:
    return [f"{where}: {rule}: {html[:120]}" for rule, html in violations]


MAIN = ("/styleguide", "/", "/panel", "/services/new", "/roster", "/claims")
# Where a system's few colours replace ours: what still differs, by shape, edge or ground.
KEPT = """() => {
  const style = (place, part) => {
    const found = document.querySelector(place)
    return found && getComputedStyle(found, part)
  }
  const lost = []
  for (const light of document.querySelectorAll(".light")) {
    const shape = getComputedStyle(light, "::before")
    if (shape.backgroundColor === getComputedStyle(light).backgroundColor) lost.push("light")
    if (!light.textContent.trim()) lost.push("word of a light")
  }
  const shapes = new Set([...document.querySelectorAll(".light")].map(one =>
    getComputedStyle(one, "::before").clipPath + getComputedStyle(one, "::before").borderRadius))
  const kinds = new Set([...document.querySelectorAll(".light")].map(one => one.className))
  if (shapes.size < Math.min(kinds.size, 3)) lost.push("shapes of lights")
  for (const [one, other, what] of [
    [".chip[aria-current]", ".chip:not([aria-current])", "backgroundColor"],
    [".button--primary", ".button:not(.button--primary)", "backgroundColor"],
    [".tabs__tab[aria-current]", ".tabs__tab:not([aria-current])", "borderBlockEndColor"],
    [".meter__spent", ".meter", "fill"],
  ]) {
    if (style(one) && style(other) && style(one)[what] === style(other)[what]) lost.push(one)
  }
  const first = document.querySelector("main a[href], main button")
  if (first) {
    first.focus({ focusVisible: true })
    const ring = getComputedStyle(first)
    if (ring.outlineStyle === "none" || parseFloat(ring.outlineWidth) < 2) lost.push("focus")
  }
  return lost
}"""


def test_forced_colours_more_contrast_and_text_twice_as_large_hold(chromium, server):
    context = chromium.new_context(
        viewport=DESKTOP, base_url=server.url, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    sign_in(page, "alex@acacia.example")
    found = []
    for path in MAIN:
        page.goto(path)
        page.emulate_media(forced_colors="active")
        found += [f"{path} in forced colours: {lost}" for lost in page.evaluate(KEPT)]
        page.emulate_media(forced_colors="none", contrast="more")
        page.evaluate(LEAVE_SOME_ROWS)
        page.evaluate(AXE)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found += _said(page.evaluate(RUN, [WHOLE, ENHANCED]), f"{path}, more contrast, {theme}")
        page.emulate_media(contrast="no-preference", color_scheme="light")
    # As the browser's own setting does it: what is in rem grows, and so do the breakpoints.
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    for path in MAIN:
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        found += [f"{path} in large: scrolls sideways"] if page.evaluate(IS_WIDE) else []
    context.close()
    assert found == []


def test_an_error_is_a_page_with_a_way_on(open_browser, server):
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{server.url}/nothing-here")
    body = caught.value.read().decode()
    caught.value.close()
    assert "This page does not exist" in body
    assert "Go to the first page" in body


def test_the_main_job_can_be_done_with_the_keyboard_alone(open_browser):
    page = open_browser("sam")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.goto("/services/new")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
