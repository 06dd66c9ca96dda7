"""The register of risks: its pages are those that every register has."""

from __future__ import annotations

from flask import Blueprint

from caddy.queries.shelves import risks
from caddy.web.register_forms import RiskForm
from caddy.web.register_pages import RegisterPages

blueprint = Blueprint("risks", __name__)

pages = RegisterPages(blueprint, risks.SHELF, RiskForm, "risk_id", has_actions=True)
pages.install()
