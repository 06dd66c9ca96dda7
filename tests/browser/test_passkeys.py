"""A passkey in a real browser, with a device that Chromium makes up."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from caddy.cli.demo import DEMO_PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WHO = "frankie@acacia.example"


def sign_out(page: Page) -> None:
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def enter_password(page: Page) -> None:
    page.get_by_label("Email address").fill(WHO)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_signs_in_alone_and_after_a_password_and_is_removed(open_browser, server):
    page, here = open_browser(None), f"http://localhost:{server.port}"
    inside = page.get_by_role("heading", name="How you sign in")
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    enter_password(page)
    expect(inside).to_be_visible()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("The device of a test")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("strong").get_by_text("The device of a test")).to_be_visible()
    sign_out(page)

    # The address alone, without a password.
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(inside).to_be_visible()
    expect(page.get_by_text("Last used")).to_be_visible()
    sign_out(page)

    # After the password, as the second step; a device that says no is told so, and asked again.
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    enter_password(page)
    verified = {"authenticatorId": device["authenticatorId"], "isUserVerified": False}
    devices.send("WebAuthn.setUserVerified", verified)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    devices.send("WebAuthn.setUserVerified", verified | {"isUserVerified": True})
    page.get_by_role("button", name="Use your passkey").click()
    expect(inside).to_be_visible()

    page.get_by_role("link", name="Change The device of a test").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("The passkey “The device of a test” was removed.")).to_be_visible()
    sign_out(page)
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not taken.")).to_be_visible()
