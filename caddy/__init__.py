"""Caddy, composed: `create_app()` reads as the list of what the app is made of."""

from __future__ import annotations

from flask import Flask

from caddy.config import VERSION, Settings, load_settings

__version__ = VERSION


def create_app(settings: Settings | None = None) -> Flask:
    """Return the whole app, or refuse to: every route must say who may open it."""
    from caddy import blueprints, error_reports, events, extensions, logs, models, row_security
    from caddy.translation import environment
    from caddy.web import (
        access,
        assets,
        confirming,
        errors,
        filters,
        limits,
        navigation,
        observe,
        security,
        subscriptions,
        way_back,
    )

    settings = settings or load_settings()
    logs.configure(settings)
    error_reports.configure(settings)
    app = Flask(__name__)
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
    extensions.migrate.init_app(app, extensions.db, directory=str(models.MIGRATIONS))
    security.install(app, settings)
    assets.install(app, settings)
    access.install(app)
    confirming.install(app)
    errors.install(app)
    filters.install(app)
    navigation.install(app)
    way_back.install(app)
    subscriptions.install(app)
    events.install(app)
    blueprints.install(app)
    limits.install(app, settings)
    access.refuse_undeclared(app)
    return app
