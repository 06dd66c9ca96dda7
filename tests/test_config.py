"""Settings: a bad value stops the start with a sentence; production has no default secret."""

from __future__ import annotations

import pytest

from caddy.config import ConfigurationError, load_settings
from caddy.domain.key_ring import new_entry

GOOD = "k3Jd82hsAl0qPzXv91mNbYtR7uWe5cGf"
KEY = new_entry("a")


@pytest.fixture
def load(monkeypatch, tmp_path):
    def make(**environment):
        urls = ("DATABASE_URL", "CADDY_MIGRATION_DATABASE_URL")
        for name in ("SECRET_KEY", "CADDY_ENV", "CADDY_KEYS", *urls):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("CADDY_VAR", str(tmp_path))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        return load_settings()

    yield make
    load_settings.cache_clear()


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"CADDY_ENV": "production"}, "SECRET_KEY is not set"),
        ({"CADDY_ENV": "production", "SECRET_KEY": "short"}, "too weak"),
        ({"CADDY_ENV": "production", "SECRET_KEY": "a" * 64}, "too weak"),
        ({"CADDY_ENV": "production", "SECRET_KEY": GOOD}, "CADDY_KEYS is not set"),
        ({"CADDY_KEYS": "a:c2hvcnQ="}, "the key a is not 32 random bytes"),
        ({"CADDY_KEYS": f"{KEY},{KEY}"}, "the id a stands there twice"),
        ({"CADDY_MIGRATION_DATABASE_URL": "postgresql://x"}, "set both"),
        ({"CADDY_PORT": "eighty"}, "CADDY_PORT"),
        ({"CADDY_LANGUAGE": "Deutsch"}, "CADDY_LANGUAGE cannot be used"),
        ({"CADDY_ENV": "staging"}, "CADDY_ENV"),
        ({"CADDY_MAIL_FROM": "Caddy"}, "CADDY_MAIL_FROM"),
        ({"CADDY_MAIL_FROM": "Caddy <a@b.example>\nBcc: c@d.example"}, "CADDY_MAIL_FROM"),
        ({"CADDY_RESEND_URL": "api.resend.com"}, "CADDY_RESEND_URL"),
        ({"RESEND_API_KEY": "re_1\r\nX: y"}, "RESEND_API_KEY"),
    ],
)
def test_it_stops_with_one_sentence(load, environment, says):
    with pytest.raises(ConfigurationError, match="Caddy cannot start") as caught:
        load(**environment)
    assert says in str(caught.value)


def test_in_production_cookies_are_secure_and_the_address_is_pinned(load, tmp_path):
    from caddy import create_app

    settings = load(CADDY_ENV="production", SECRET_KEY=GOOD, CADDY_KEYS=KEY)
    app = create_app(settings)
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    response = app.test_client().get("/healthz")
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


def test_a_development_secret_is_made_once_and_kept_private(load, tmp_path):
    first = load().secret_key.get_secret_value()
    assert load().secret_key.get_secret_value() == first
    ring = load().keys
    assert load().keys == ring
    for name in ("secret_key", "keys"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_long_path_still_has_a_short_socket(load, tmp_path):
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    settings = load(CADDY_VAR=str(deep))
    assert len(str(settings.redis_socket)) <= 100


def test_the_usual_name_of_postgresql_gets_its_driver(load):
    assert load(DATABASE_URL="postgres://a/b").database_url == "postgresql+psycopg://a/b"
