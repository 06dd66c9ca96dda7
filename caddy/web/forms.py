"""The base of every form: what was typed is kept, errors are sentences beside their field."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from caddy.domain.errors import RuleBroken


def stripped(value: Any) -> Any:
    """Take away the spaces around what was typed, and no-break spaces that were pasted."""
    return value.replace("\u00a0", " ").strip() if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form whose refusals from the rules land beside the field they name."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # as above
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            filters = unbound_field.kwargs.get("filters", [])
            options.setdefault("filters", [*filters, stripped])
            return unbound_field.bind(form=form, **options)

    def refuse(self, error: RuleBroken) -> None:
        """Put a rule's sentence beside its field, or on top where no field is to blame."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]
