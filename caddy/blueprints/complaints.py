"""The register of complaints: its pages are those that every register has."""

from __future__ import annotations

from flask import Blueprint

from caddy.queries.shelves import complaints
from caddy.web.register_forms import ComplaintForm
from caddy.web.register_pages import RegisterPages

blueprint = Blueprint("complaints", __name__)

pages = RegisterPages(blueprint, complaints.SHELF, ComplaintForm, "complaint_id", has_actions=True)
pages.install()
