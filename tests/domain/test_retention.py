"""How long records are kept where nobody chose otherwise."""

from __future__ import annotations

import pytest

from caddy.domain.errors import RuleBroken
from caddy.domain.retention import check_years
from caddy.models import RetentionPolicy


def test_records_are_kept_for_7_years_and_never_less():
    """General: what the NDIS Commission asks of providers."""
    assert RetentionPolicy.__mapper__.columns["years"].default.arg == 7
    check_years(7)
    with pytest.raises(RuleBroken, match="Keep records for 7 to 100 years"):
        check_years(6)
