"""Caddy, composed: `create_app()` reads as the list of what the app is made of."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from caddy.config import VERSION, Settings, load_settings

__version__ = VERSION


class Caddy(Flask):
    """Flask without its look, at every hook of every request, for what is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Return the whole app, or refuse to: every route must say who may open it."""
    with _without_collections():
        return _composed(settings or load_settings())


@contextmanager
def _without_collections() -> Iterator[None]:
    """Look for no garbage while loading, nor ever in what was loaded: nearly all of it stays.

    The looking took a quarter of a start.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _composed(settings: Settings) -> Flask:
    from caddy import blueprints, error_reports, events, extensions, logs, row_security
    from caddy.translation import environment
    from caddy.web import (
        access,
        assets,
        confirming,
        errors,
        filters,
        kept_parts,
        limits,
        navigation,
        observe,
        security,
        subscriptions,
        way_back,
    )

    logs.configure(settings)
    error_reports.configure(settings)
    app = Caddy(__name__)
    app.config.update(
        CADDY=settings,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=extensions.engine_options(settings.database_url),
        TESTING=settings.environment == "test",
        SEND_FILE_MAX_AGE_DEFAULT=assets.ONE_YEAR,
    )
    app.url_map.strict_slashes = False
    environment.install(app, settings)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    observe.install(app)
    limits.configure(app, settings)
    security.configure(app, settings)
    extensions.db.init_app(app)
    row_security.install()
    security.install(app, settings)
    assets.install(app, settings)
    access.install(app)
    confirming.install(app)
    errors.install(app)
    filters.install(app)
    kept_parts.install(app, settings)
    navigation.install(app)
    way_back.install(app)
    subscriptions.install(app)
    events.install(app)
    blueprints.install(app)
    limits.install(app, settings)
    access.refuse_undeclared(app)
    return app
