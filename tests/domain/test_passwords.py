"""Passwords: what is too easy to guess, and what is not, without asking for signs."""

from __future__ import annotations

import hashlib

import pytest

from caddy.actions.passwords import is_listed
from caddy.domain import passwords
from caddy.domain.errors import RuleBroken
from caddy.domain.passwords import own_words_of
from caddy.domain.sign_ins import device_in_words

OWN = own_words_of("Sam Green", "sam.green@acacia.example", "Acacia Care")
EASY = (
    *("password123456", "Password2024!", "P@ssw0rd1234", "passwordpassword", "drowssap4321"),
    *("Melbourne2024!!!", "Winter2026Winter2026", "NewPassword1!", "letmeinplease", "Welcome12345"),
    *("qwertyuiop123", "1qaz2wsx3edc", "aaaaaaaaaaaa", "abcabcabcabc", "111222333444"),
    *("123456789012", "31121985311285", "iloveyou2024", "collingwood1!", "ndisprovider1"),
    *("samgreen1990", "Acacia Care 2026", "greensam12345", "disability123"),
)
HARD = (
    *("purple otter sings twice", "staple gun orchid", "correct horse battery"),
    *("kX9#mQ2$vL7p", "vhqzpetyglwn", "les élèves dorment", "我们喜欢在海边散步吃冰淇淋"),
    *("no digits and no capitals here", "x" * 5 + "jkqvzwypfb" * 19),
)


@pytest.mark.parametrize("password", EASY)
def test_what_many_people_choose_is_refused(password):
    with pytest.raises(RuleBroken, match="easy to guess"):
        passwords.check(password, OWN)


@pytest.mark.parametrize("password", HARD)
def test_what_is_long_and_unusual_is_taken_whatever_it_is_made_of(password):
    passwords.check(password, OWN)


def test_a_name_is_easy_for_its_bearer_alone():
    passwords.check("zebulon fitzwilliam")
    with pytest.raises(RuleBroken):
        passwords.check("zebulon fitzwilliam", own_words_of("Zebulon Fitzwilliam"))


@pytest.mark.parametrize(
    ("password", "code"), [("x9#kQ2$vL7p", "short_password"), ("ab cd " * 40, "long_password")]
)
def test_the_length_is_between_twelve_and_two_hundred(password, code):
    with pytest.raises(RuleBroken) as refusal:
        passwords.check(password)
    assert refusal.value.code == code


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000])
@pytest.mark.parametrize("shape", ["{}:7\r\n", "{}\n", "{:.12}\n"])
def test_a_list_of_stolen_passwords_is_searched_by_halves(tmp_path, count, shape):
    stolen = [f"stolen {number}" for number in range(count)]
    place = tmp_path / "list.txt"
    lines = sorted(
        hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in stolen
    )
    place.write_text("".join(shape.format(line) for line in lines), newline="")
    assert all(is_listed(place, one) for one in stolen)
    assert not any(is_listed(place, f"not {one}") for one in (*stolen, "at all"))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on a Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Chrome on an And"),
        ("Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on a Linux"),
        (None, "An unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_would(agent, words):
    assert device_in_words(agent).startswith(words)
