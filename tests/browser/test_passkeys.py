"""A passkey in a real browser, with a device that Chromium makes up."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from caddy.cli.demo import DEMO_PASSWORD
from tests.browser.conftest import expect_scripts

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WHO = "frankie@acacia.example"


def enter_password(page: Page) -> None:
    page.get_by_label("Email address").fill(WHO)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


class Device:
    """What Chromium has in place of a finger: it says yes by itself, no, or waits."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def touches(self, *, is_there: bool) -> None:
        told = {**self._id, "enabled": is_there}
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", told)

    def verifies(self, *, is_them: bool) -> None:
        self._session.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": is_them})


def sign_out(page: Page, device: Device) -> None:
    """Sign out; on the next page the device waits, or it would sign in again at once."""
    device.touches(is_there=False)
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_passkey_is_made_signs_in_alone_and_after_a_password_and_is_removed(open_browser, server):
    page, here = open_browser(None), f"http://localhost:{server.port}"
    inside = page.get_by_role("heading", name="How you sign in")
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    enter_password(page)
    expect(inside).to_be_visible()
    device = Device(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name", exact=True).fill("The device of a test")
    expect_scripts(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("strong").get_by_text("The device of a test")).to_be_visible()

    # By its button, without an address.
    sign_out(page, device)
    page.goto(f"{here}/sign-in/passkey?next=/settings/sign-in")
    device.touches(is_there=True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(inside).to_be_visible()
    expect(page.get_by_text("Last used")).to_be_visible()

    # After the password, as the second step; a device that says no is told so, and asked again.
    sign_out(page, device)
    page.goto(f"{here}/sign-in?next=/settings/sign-in")
    enter_password(page)
    device.verifies(is_them=False)
    device.touches(is_there=True)
    expect(page.get_by_role("button", name="Use your passkey")).to_be_visible()
    expect_scripts(page)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    device.verifies(is_them=True)
    page.get_by_role("button", name="Use your passkey").click()
    expect(inside).to_be_visible()

    page.get_by_role("link", name="Change The device of a test").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("The passkey “The device of a test” was removed.")).to_be_visible()
    sign_out(page, device)
    page.goto(f"{here}/sign-in/passkey")
    device.touches(is_there=True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not taken.")).to_be_visible()
