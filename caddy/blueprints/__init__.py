"""One module a feature: parse, call, render. `install` is the list of them all."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

FEATURES = (
    "sign_in",
    "sign_in_links",
    "sign_up",
    "passwords",
    "sessions",
    "invitations",
    "members",
    "dashboard",
    "participants",
    "medical",
    "audit",
    "evidence",
    "plans",
    "teams",
    "panel",
    "budgets",
    "services",
    "roster",
    "shifts",
    "agreements",
    "attachments",
    "signings",
    "signing_links",
    "document_files",
    "documents",
    "catalogue",
    "claims",
    "imports",
    "notifications",
    "messages",
    "conversations",
    "compliance",
    "outbox",
    "webhooks",
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
    "telling",
    "exports",
    "letterheads",
    "retention",
    "sites",
    "calendar",
    "availability",
    "incidents",
    "registers",
    "complaints",
    "restrictive_practices",
    "risks",
    "policies",
    "care_records",
    "help",
    "presence",
    "live",
    "health",
    "metrics",
    "well_known",
)


def install(app: Flask) -> None:
    for feature in FEATURES:
        app.register_blueprint(import_module(f"caddy.blueprints.{feature}").blueprint)
