"""The register of service agreements: its list and its file.

They are drafted and signed on their own pages.
"""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.domain.permissions import Permission
from caddy.queries.shelves import service_agreements
from caddy.web.access import requires
from caddy.web.downloads import Listing, as_file
from caddy.web.register_pages import register_file, register_list

blueprint = Blueprint("service_agreements", __name__)

SHELF = service_agreements.SHELF


@blueprint.get(SHELF.path)
@requires(Permission.REGISTERS_READ)
def index() -> ResponseReturnValue:
    return register_list(SHELF, may_add=False)


@as_file(blueprint, SHELF.path)
@requires(Permission.REGISTERS_READ)
def download() -> Listing:
    return register_file(SHELF)
