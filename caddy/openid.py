"""Other services that say who somebody is (OpenID Connect): asking them, and checking the answer.

The one door; knows no table and no person. The code flow with PKCE, a nonce and a state; every
call has a timeout, follows nowhere, and goes to no address that the service did not name.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key

from caddy import clock
from caddy.domain.providers import Claimed, Provider, claimed, is_safe_address

TIMEOUT_SECONDS = 8.0
LONGEST_ANSWER = 262_144
KEPT_SECONDS = 3_600  # after which a service's addresses and keys are read anew
AGAIN_SECONDS = 60  # a key that is not known is looked for at most this often
LEEWAY_SECONDS = 60  # clocks of two machines
OLDEST_SECONDS = 600
NONCE_BYTES, VERIFIER_BYTES = 32, 48
SCOPE = "openid email profile"
# Of keys that the service alone has. `none`, and secrets that both sides share, are never taken.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]


class ProviderUnavailable(Exception):
    """The service did not answer, or not as such a service does."""


class AnswerRefused(Exception):
    """What came back does not prove who somebody is. The message is for the log."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known only here while a person is away at a service: it must come back with them."""

    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> Proof:
        return cls(secrets.token_urlsafe(NONCE_BYTES), secrets.token_urlsafe(VERIFIER_BYTES))


@dataclass(slots=True)
class _Known:
    """What a service says of itself, and when it was read."""

    told: dict[str, Any]
    keys: KeySet
    read_at: float


_known: dict[str, _Known] = {}
_lock = Lock()


def address_to_ask(provider: Provider, redirect_uri: str, state: str, proof: Proof) -> str:
    """Return where a person signs in at a service; raise ProviderUnavailable."""
    told = _about(provider).told
    with _client(provider, redirect_uri) as client:
        address, _ = client.create_authorization_url(
            told["authorization_endpoint"],
            state=state,
            code_verifier=proof.verifier,
            nonce=proof.nonce,
        )
    return str(address)


def who(provider: Provider, redirect_uri: str, code: str, proof: Proof) -> Claimed:
    """Return who a code stands for; raise AnswerRefused or ProviderUnavailable.

    The code is exchanged for an ID token with the client's secret and the verifier that began
    the sign-in; its signature, issuer, audience, times and nonce are checked.
    """
    token = _exchange(provider, redirect_uri, code, proof.verifier)
    claims = _verified(provider, token)
    if not secrets.compare_digest(str(claims.get("nonce") or ""), proof.nonce):
        raise AnswerRefused("The nonce is not the one that was sent.")
    audience = claims["aud"]
    has_others = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", provider.client_id) != provider.client_id or (
        has_others and "azp" not in claims
    ):
        raise AnswerRefused("The token was made for another client.")
    try:
        return claimed(claims)
    except ValueError as error:
        raise AnswerRefused(str(error)) from error


def _client(provider: Provider, redirect_uri: str) -> Any:
    methods = _about(provider).told.get("token_endpoint_auth_methods_supported")
    by_form = isinstance(methods, list) and "client_secret_basic" not in methods
    client = OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_post" if by_form else "client_secret_basic",
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    )
    client.trust_env = False
    return client


def _exchange(provider: Provider, redirect_uri: str, code: str, verifier: str) -> str:
    """Return the ID token that a code is worth."""
    endpoint = _about(provider).told["token_endpoint"]
    try:
        with _client(provider, redirect_uri) as client:
            answer = client.fetch_token(
                endpoint,
                code=code,
                code_verifier=verifier,
                grant_type="authorization_code",
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        raise AnswerRefused(f"The service refused the code: {error.error}.") from error
    except requests.RequestException as error:
        raise ProviderUnavailable(type(error).__name__) from error
    except ValueError as error:
        raise ProviderUnavailable("The answer is not JSON.") from error
    token = answer.get("id_token") if isinstance(answer, Mapping) else None
    if not isinstance(token, str) or len(token) > LONGEST_ANSWER:
        raise AnswerRefused("The service sent no ID token.")
    return token


def _verified(provider: Provider, token: str) -> dict[str, Any]:
    """Return a token's claims once its signature, issuer, audience and times are checked."""
    now = int(clock.now().timestamp())
    rules = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        claims = _decoded(provider, token)
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise AnswerRefused(f"{type(error).__name__}: {error}") from error
    if now - claims["iat"] > OLDEST_SECONDS:
        raise AnswerRefused("The token was made too long ago.")
    return claims


def _decoded(provider: Provider, token: str) -> dict[str, Any]:
    """Return a token's claims by its signature; a key that is new is looked for once."""
    try:
        return jwt.decode(token, _about(provider).keys, algorithms=ALGORITHMS).claims
    except (InvalidKeyIdError, BadSignatureError, ValueError):  # a service may reuse a key's name
        return jwt.decode(token, _about(provider, AGAIN_SECONDS).keys, algorithms=ALGORITHMS).claims


def _about(provider: Provider, at_most_seconds: int = KEPT_SECONDS) -> _Known:
    """Return what a service says of itself, as read within so many seconds."""
    now = clock.now().timestamp()
    found = _known.get(provider.issuer)
    if found is not None and now - found.read_at < at_most_seconds:
        return found
    told = _get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise ProviderUnavailable("It says that it is another issuer.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_safe_address(str(told.get(name) or "")):
            raise ProviderUnavailable(f"Its {name} is missing or not encrypted.")
    keys = _keys(_get(told["jwks_uri"]).get("keys"))
    with _lock:
        _known[provider.issuer] = _Known(told, keys, now)
    return _known[provider.issuer]


def _keys(told: object) -> KeySet:
    """Return the keys that a service signs with; those of kinds that nobody here knows are not."""
    found = []
    for one in told if isinstance(told, list) else []:
        try:
            key = import_key(one)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if key.get("use") != "enc" and key.key_type != "oct":
            found.append(key)
    if not found:
        raise ProviderUnavailable("It shows no key that can be read.")
    return KeySet(found)


def forget() -> None:
    """Read every service's addresses and keys anew at the next question."""
    with _lock:
        _known.clear()


def _get(address: str) -> dict[str, Any]:
    """Return the JSON object at an address of a service; raise ProviderUnavailable."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            response = session.get(
                address,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
                headers={"Accept": "application/json"},
            )
            if response.status_code != requests.codes.ok:
                raise ProviderUnavailable(f"It answered {response.status_code}.")
            body = response.raw.read(LONGEST_ANSWER + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise ProviderUnavailable(type(error).__name__) from error
    if len(body) > LONGEST_ANSWER:
        raise ProviderUnavailable("It answered more than any such service does.")
    try:
        told = json.loads(body)
    except ValueError as error:
        raise ProviderUnavailable("It did not answer with JSON.") from error
    if not isinstance(told, dict):
        raise ProviderUnavailable("It did not answer with an object.")
    return told
