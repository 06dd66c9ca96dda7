"""One module a feature: parse, call, render. `install` is the list of them all."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

FEATURES = (
    "sign_in",
    "dashboard",
    "participants",
    "plans",
    "teams",
    "panel",
    "budgets",
    "services",
    "roster",
    "shifts",
    "agreements",
    "attachments",
    "catalogue",
    "claims",
    "imports",
    "notifications",
    "results",
    "finance",
    "payments",
    "books",
    "search",
    "reports",
    "tasks",
    "staff",
    "settings",
    "subscription",
    "exports",
    "letterheads",
    "retention",
    "sites",
    "calendar",
    "availability",
    "presence",
    "live",
    "health",
    "metrics",
    "well_known",
)


def install(app: Flask) -> None:
    for feature in FEATURES:
        app.register_blueprint(import_module(f"caddy.blueprints.{feature}").blueprint)
