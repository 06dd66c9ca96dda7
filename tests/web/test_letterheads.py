"""The letterhead's page: what a report says of its sender, and what is no logo."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from caddy.domain.errors import RuleBroken
from caddy.domain.letterheads import check_logo, picture_size
from caddy.queries import letterheads
from caddy.tenancy import scope


def picture(kind="PNG", size=(40, 20)):
    held = io.BytesIO()
    Image.new("RGB", size, "purple").save(held, kind)
    return held.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_kept_as_it_was_shown_and_taken_away(people, sign_in, kind):
    client = sign_in("alice")
    sent = picture(kind)
    # Its name says something else: what is in it decides.
    answer = client.post("/settings/letterhead/logo", {"logo": (io.BytesIO(sent), "logo.pdf")})
    assert answer.status_code == 303
    shown = client.get("/settings/letterhead/logo")
    assert shown.mimetype == f"image/{kind.lower()}"
    assert Image.open(io.BytesIO(shown.data)).size == (40, 20)
    assert "Remove the logo" in client.get("/settings/letterhead").text
    with scope(people.acacia.id):
        assert letterheads.head().has_logo
        assert letterheads.assets() == {"logo": shown.data}
    with scope(people.banksia.id):
        assert letterheads.assets() == {}
    assert sign_in("charlie").get("/settings/letterhead/logo").status_code == 404
    assert client.post("/settings/letterhead/logo/removal").status_code == 303
    assert client.get("/settings/letterhead/logo").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7\n", "Choose a picture, as PNG or JPEG."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose a picture, as PNG or JPEG."),
        (b"\x89PNG\r\n\x1a\nnothing", "This picture cannot be read."),
        (b"\xff\xd8\xff\xe0\x00", "This picture cannot be read."),
        (picture(size=(4_001, 1)), "at most 4,000 pixels"),
    ],
)
def test_what_is_no_logo_is_refused_by_name(people, sign_in, content, sentence):
    client = sign_in("alice")
    answer = client.post("/settings/letterhead/logo", {"logo": (io.BytesIO(content), "logo.png")})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get("/settings/letterhead/logo").status_code == 404


def test_the_size_of_a_picture_is_read_as_the_library_reads_it():
    for kind in ("PNG", "JPEG"):
        assert picture_size(picture(kind, (321, 45))) == (321, 45)


def test_a_logo_of_more_than_a_megabyte_is_refused():
    with pytest.raises(RuleBroken, match="1 MB at the most"):
        check_logo(picture() + b"\0" * 1024 * 1024)


def test_address_and_bank_account_are_kept_and_shown(people, sign_in):
    client = sign_in("alice")
    form = {"street": "1 Wattle St", "suburb": "Newtown", "postcode": "2042"}
    form |= {"contact_email": "hello@acacia.example", "contact_phone": "02 9000 0000"}
    assert client.post("/settings/letterhead/contact", form).status_code == 303
    bank = {"account_name": "Acacia", "bsb": "062 000", "account_number": "1234 5678"}
    address = "/settings/letterhead/bank-account"
    assert client.post(address, bank | {"due_days": "21"}).status_code == 303
    assert "1 Wattle St, Newtown NSW 2042" in client.get("/settings/letterhead").text
    with scope(people.acacia.id):
        _where, phone, email = letterheads.head().contact
        assert (phone, email) == ("02 9000 0000", "hello@acacia.example")
        kept = letterheads.bank()
        assert (kept.bsb, kept.account_number) == ("062-000", "12345678")
        assert letterheads.due_days() == 21
    for wrong, sentence in (
        ({"bsb": "62"}, "A BSB has 6 digits"),
        ({"account_number": "12x"}, "An account number has"),
        ({"account_name": ""}, "Enter the name"),
        ({"due_days": "91"}, "Between 0 and 90."),
    ):
        answer = client.post(address, bank | {"due_days": "14"} | wrong)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert client.post(address, {"due_days": "14"}).status_code == 303
    with scope(people.acacia.id):
        assert letterheads.bank() is None
