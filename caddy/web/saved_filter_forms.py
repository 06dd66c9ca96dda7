"""The form of a saved filter: its name, who sees it, and whether its list opens with it."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from caddy.actions.saved_filters import FilterEntry
from caddy.domain.saved_filters import LONGEST_NAME
from caddy.web.forms import Form


class FilterForm(Form):
    name = StringField(
        "Name",
        [
            InputRequired("Give the filter a name."),
            Length(max=LONGEST_NAME, message=f"A name has {LONGEST_NAME} letters at the most."),
        ],
        render_kw={"autocomplete": "off"},
    )
    is_shared = BooleanField(
        "Share it with colleagues", description="Whoever may open this list sees its name."
    )
    opens_first = BooleanField("Open this list with it")

    def entry(self) -> FilterEntry:
        return FilterEntry(
            self.name.data or "", bool(self.is_shared.data), bool(self.opens_first.data)
        )


class NewFilterForm(FilterForm):
    """A filter to be saved: with the list it is of, and the list's address without its path."""

    page = HiddenField()
    query = HiddenField()
