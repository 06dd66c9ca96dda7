"""The only reading of the environment: one typed object, checked before anything starts.

A bad value stops the boot with a sentence; in production no secret has a default.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import re
import secrets
import tempfile
import zlib
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from caddy.domain.key_ring import new_entry, read_ring
from caddy.domain.passkeys import Site, site_of
from caddy.domain.providers import Provider, read_providers

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent
WEAKEST_SECRET_LENGTH = 32
FEWEST_SECRET_LETTERS = 10  # a repeated word is as weak as a short one
# What stands in examples. By chance none of these is in one of a million real secrets.
PLACEHOLDERS = ("change", "example", "secret", "password", "default", "insecure")
LEAST_KEPT = 0.6  # of a secret's letters, when what comes again is left out
WEAKEST_TOKEN_LENGTH = 20
LONGEST_SOCKET_PATH = 100
FEWEST_WEBHOOK_BYTES = 16
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")


def is_weak(secret: str) -> bool:
    """Say whether a secret is short, from an example, or made of what comes again and again.

    >>> is_weak("0123456789abcdef" * 3), is_weak("k3Jd82hsAl0qPzXv91mNbYtR7uWe5cGf")
    (True, False)
    """
    if len(secret) < WEAKEST_SECRET_LENGTH or len(set(secret)) < FEWEST_SECRET_LETTERS:
        return True
    if any(word in secret.lower() for word in PLACEHOLDERS):
        return True
    # Three letters of which each follows the one before: `abc`, `123`.
    steps = [ord(after) - ord(before) for before, after in itertools.pairwise(secret)]
    in_order = sum(1 for one, two in itertools.pairwise(steps) if one == two and abs(one) <= 1)
    kept = len(zlib.compress(secret.encode(), 9)) - len(zlib.compress(b"", 9))
    return in_order > len(secret) // 3 or kept < LEAST_KEPT * len(secret)


class ConfigurationError(SystemExit):
    """Stops the start with one sentence for the person at the terminal."""


class Settings(BaseSettings):
    """What may differ between two installations. Names of variables are in the aliases."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    environment: Literal["development", "production", "test"] = Field(
        "development", validation_alias="CADDY_ENV"
    )
    var: Path = Field(ROOT / "var", validation_alias="CADDY_VAR")
    secret_key: SecretStr = Field(SecretStr(""), validation_alias="SECRET_KEY")
    keys: SecretStr = Field(SecretStr(""), validation_alias="CADDY_KEYS")
    database_url: str = Field("", validation_alias="DATABASE_URL")
    migration_database_url: str = Field("", validation_alias="CADDY_MIGRATION_DATABASE_URL")
    redis_url: str = Field("", validation_alias="REDIS_URL")
    host: str = Field("127.0.0.1", validation_alias="CADDY_HOST")
    port: int = Field(8000, ge=1, le=65535, validation_alias="CADDY_PORT")
    public_url: str = Field("", validation_alias="CADDY_URL")
    web_workers: int = Field(2, ge=1, le=64, validation_alias="CADDY_WEB_WORKERS")
    pdf: Literal["auto", "off"] = Field("auto", validation_alias="CADDY_PDF")
    postgres_bin: Path | None = Field(None, validation_alias="CADDY_POSTGRES_BIN")
    backup_dir: Path | None = Field(None, validation_alias="CADDY_BACKUP_DIR")
    backup_daily: int = Field(7, ge=1, le=400, validation_alias="CADDY_BACKUP_DAILY")
    backup_weekly: int = Field(5, ge=0, le=400, validation_alias="CADDY_BACKUP_WEEKLY")
    backup_monthly: int = Field(12, ge=0, le=400, validation_alias="CADDY_BACKUP_MONTHLY")
    backup_hour: int = Field(2, ge=0, le=23, validation_alias="CADDY_BACKUP_HOUR")
    backup_zone: str = Field("Australia/Sydney", validation_alias="CADDY_BACKUP_ZONE")
    trusted_proxies: int = Field(0, ge=0, le=5, validation_alias="CADDY_TRUSTED_PROXIES")
    mail_from: str = Field(
        "Caddy <caddy@localhost.localdomain>", validation_alias="CADDY_MAIL_FROM"
    )
    resend_api_key: SecretStr = Field(SecretStr(""), validation_alias="RESEND_API_KEY")
    resend_url: str = Field("https://api.resend.com", validation_alias="CADDY_RESEND_URL")
    session_idle_hours: int = Field(12, ge=1, le=720, validation_alias="CADDY_SESSION_IDLE_HOURS")
    session_days: int = Field(30, ge=1, le=365, validation_alias="CADDY_SESSION_DAYS")
    breached_passwords: Path | None = Field(None, validation_alias="CADDY_BREACHED_PASSWORDS")
    sign_up: Literal["open", "closed"] = Field("open", validation_alias="CADDY_SIGN_UP")
    sign_in_tries: int = Field(5, ge=1, le=100_000, validation_alias="CADDY_SIGN_IN_TRIES")
    oidc: Annotated[tuple[Provider, ...], NoDecode] = Field((), validation_alias="CADDY_OIDC")
    metrics_token: SecretStr = Field(SecretStr(""), validation_alias="CADDY_METRICS_TOKEN")
    sentry_dsn: SecretStr = Field(SecretStr(""), validation_alias="CADDY_SENTRY_DSN")
    security_contact: str = Field("", validation_alias="CADDY_SECURITY_CONTACT")
    rate_limit_scale: int = Field(1, ge=1, le=1_000_000, validation_alias="CADDY_RATE_LIMIT_SCALE")
    resend_webhook_secret: SecretStr = Field(
        SecretStr(""), validation_alias="CADDY_RESEND_WEBHOOK_SECRET"
    )
    sign_in_limit: str = Field("10 per minute", validation_alias="CADDY_SIGN_IN_LIMIT")

    s3_bucket: str = Field("", validation_alias="CADDY_S3_BUCKET")
    s3_endpoint: str = Field("", validation_alias="CADDY_S3_ENDPOINT")
    s3_region: str = Field("ap-southeast-2", validation_alias="CADDY_S3_REGION")
    s3_access_key: SecretStr = Field(SecretStr(""), validation_alias="AWS_ACCESS_KEY_ID")
    s3_secret_key: SecretStr = Field(SecretStr(""), validation_alias="AWS_SECRET_ACCESS_KEY")
    clamd: str = Field("", validation_alias="CADDY_CLAMD")
    language: str = Field("en_AU", validation_alias="CADDY_LANGUAGE")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        fill = object.__setattr__  # frozen for everyone else
        fill(self, "var", self.var.absolute())
        if not self.database_url:
            if self.migration_database_url:
                raise ValueError(
                    "CADDY_MIGRATION_DATABASE_URL is the owner's way to DATABASE_URL: set both."
                )
            fill(self, "database_url", f"sqlite:///{self.var / 'caddy.sqlite3'}")
        fill(self, "database_url", _with_driver(self.database_url))
        owner = self.migration_database_url or self.database_url
        fill(self, "migration_database_url", _with_driver(owner))
        if not self.redis_url:
            fill(self, "redis_url", f"unix://{self.redis_socket}")
        if not self.public_url:
            fill(self, "public_url", f"http://{self.host}:{self.port}")
        fill(self, "secret_key", self._checked_secret())
        fill(self, "keys", self._checked_keys())
        return self

    @field_validator("language")
    @classmethod
    def _checked_language(cls, value: str) -> str:
        if not LANGUAGE.fullmatch(value):
            raise ValueError("it is a language such as en_AU, de or zh_Hant.")
        return value

    @field_validator("breached_passwords")
    @classmethod
    def _checked_list(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("there is no file of that name.")
        return value

    @field_validator("mail_from")
    @classmethod
    def _checked_sender(cls, value: str) -> str:
        name, _, domain = parseaddr(value)[1].partition("@")
        if not name or not domain or not value.isprintable():
            raise ValueError("it is an address such as Caddy <caddy@provider.example>.")
        return value

    @field_validator("backup_zone")
    @classmethod
    def _checked_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("it is a time zone such as Australia/Perth.")
        return value

    @field_validator("resend_url")
    @classmethod
    def _checked_service(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
            raise ValueError("it is an address such as https://api.resend.com.")
        return value

    @field_validator("s3_endpoint")
    @classmethod
    def _checked_endpoint(cls, value: str) -> str:
        if value and (
            urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname
        ):
            raise ValueError("it is an address such as https://s3.example.com.")
        return value

    @field_validator("clamd")
    @classmethod
    def _checked_scanner(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        is_socket = value.startswith("unix:/")
        if value and not is_socket and not (host and port.isascii() and port.isdigit()):
            raise ValueError("it is unix:/path/of/clamd.sock, or host:port.")
        return value

    @field_validator("resend_api_key")
    @classmethod
    def _checked_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("it has letters that no key has.")
        return SecretStr(key)

    @field_validator("oidc", mode="before")
    @classmethod
    def _read_services(cls, value: object) -> object:
        return read_providers(value) if isinstance(value, str) else value

    @field_validator("metrics_token")
    @classmethod
    def _checked_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and (len(token) < WEAKEST_TOKEN_LENGTH or not token.isascii()):
            raise ValueError(f"it needs {WEAKEST_TOKEN_LENGTH} random letters or more.")
        return value

    @field_validator("sentry_dsn")
    @classmethod
    def _checked_dsn(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value() and not (
            parts.scheme in {"http", "https"} and parts.username and parts.path.strip("/")
        ):
            raise ValueError("it is an address such as https://key@sentry.example/1.")
        return value

    @field_validator("security_contact")
    @classmethod
    def _checked_contact(cls, value: str) -> str:
        is_web = urlsplit(value).scheme == "https" and urlsplit(value).hostname
        is_mail = "@" in parseaddr(value)[1] and parseaddr(value)[1] == value
        if value and not (value.isprintable() and (is_web or is_mail)):
            raise ValueError("it is an email address, or one that begins with https://.")
        return value

    @field_validator("resend_webhook_secret")
    @classmethod
    def _checked_webhook_secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value().strip()
        encoded = secret.removeprefix("whsec_")
        try:
            is_whole = len(base64.b64decode(encoded, validate=True)) >= FEWEST_WEBHOOK_BYTES
        except ValueError:
            is_whole = False
        if secret and not (secret.startswith("whsec_") and is_whole):
            raise ValueError("it is what Resend shows beside the webhook: whsec_ and letters.")
        return SecretStr(secret)

    def _checked_secret(self) -> SecretStr:
        secret = self.secret_key.get_secret_value()
        if self.environment == "production":
            if not secret:
                raise ValueError(
                    "SECRET_KEY is not set. Make one with: "
                    "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
            if is_weak(secret):
                raise ValueError(
                    f"SECRET_KEY is too weak: it needs {WEAKEST_SECRET_LENGTH} random characters."
                )
        return SecretStr(secret or self._kept_secret())

    def _checked_keys(self) -> SecretStr:
        """Return the ring that encrypts what is told in confidence; in development a kept one."""
        ring = self.keys.get_secret_value().strip()
        if not ring and self.environment == "production":
            raise ValueError(
                "CADDY_KEYS is not set: health details are encrypted with it. Make a key with: "
                "bin/caddy keys new"
            )
        ring = ring or self._kept("keys", new_entry("kept"))
        try:
            read_ring(ring)
        except ValueError as error:
            raise ValueError(f"CADDY_KEYS cannot be used: {error}") from error
        return SecretStr(ring)

    def _kept_secret(self) -> str:
        """Return this checkout's own development secret, made on first use."""
        return self._kept("secret_key", secrets.token_urlsafe(48))

    def _kept(self, name: str, made: str) -> str:
        """Return what a file below `var` keeps, for its owner alone; `made` where there is none."""
        kept = self.var / name
        if not kept.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            fresh = self.var / f".{name}.{secrets.token_hex(4)}"
            fresh.touch(mode=0o600)
            fresh.write_text(made)
            try:
                # A link fails where a second process got there first; its secret then counts.
                kept.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return kept.read_text().strip()

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens.

        Under `var`, or, as the path of a socket must be short, in a folder of this person's
        own among the temporary files.
        """
        wanted = self.var / "redis.sock"
        if len(str(wanted)) <= LONGEST_SOCKET_PATH:
            return wanted
        mark = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"caddy-{os.getuid()}-{mark}" / "redis.sock"

    @property
    def contact_url(self) -> str:
        """Whom to tell of a weakness; the sender of the mail where nobody is named."""
        contact = self.security_contact or parseaddr(self.mail_from)[1]
        return contact if contact.startswith("https://") else f"mailto:{contact}"

    @property
    def passkey_site(self) -> Site:
        """For which host and origin passkeys are made: the address that people open."""
        return site_of(self.public_url)

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def _with_driver(url: str) -> str:
    """Return a database's address with the driver that is used for it."""
    if url.startswith(("postgres://", "postgresql://")):
        return f"postgresql+psycopg://{url.partition('://')[2]}"
    return url


def _sentence(error: ValidationError) -> str:
    """Name the first bad variable and say what is wrong with it."""
    first = error.errors()[0]
    name = first["loc"][0] if first["loc"] else ""
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{name} cannot be used: {message}" if name else message


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the environment once a process; stop with a sentence where it is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError(f"Caddy cannot start. {_sentence(error)}") from error
