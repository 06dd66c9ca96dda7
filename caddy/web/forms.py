"""The base of every form: what was typed is kept, errors are sentences beside their field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.validators import Length
from wtforms.widgets import TextInput

from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars, parse_exact_cents
from caddy.domain.sentences import sentence
from caddy.translation.languages import is_translated
from caddy.translation.shown import looked_up
from caddy.translation.tables import ATTRIBUTES

LARGEST_CENTS = 10_000_000_00


def stripped(value: Any) -> Any:
    """Take away the spaces around what was typed, and no-break spaces that were pasted."""
    return value.replace("\u00a0", " ").strip() if isinstance(value, str) else value


class _Stripping:
    """What every form does with text, whichever kind of form it is."""

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
        if issubclass(unbound_field.field_class, StringField):
            own = unbound_field.kwargs.get("filters", ())
            if stripped not in own:
                unbound_field.kwargs["filters"] = (*own, without_nul, stripped)
        return unbound_field.bind(form=form, **options)

    def render_field(self, field: Field, render_kw: Mapping[str, Any]) -> Any:
        """Render a field with its words in the language of the page."""
        if not is_translated():
            return super().render_field(field, render_kw)  # type: ignore[misc] # of WTForms' meta
        spoken = {
            name: looked_up(value) if name in ATTRIBUTES else value
            for name, value in {**(field.render_kw or {}), **render_kw}.items()
        }
        if getattr(field, "choices", None):
            field.choices = [in_words(one) for one in field.choices]
        return super().render_field(field, spoken)  # type: ignore[misc] # as above


class Part(PlainForm):
    """A group of fields inside a form, such as one row of a table."""

    class Meta(_Stripping, DefaultMeta):
        pass


class Form(FlaskForm):
    """A form whose refusals from the rules land beside the field they name."""

    class Meta(_Stripping, FlaskForm.Meta):
        pass

    def saves(self, save: Callable[[], object]) -> bool:
        """Save what was sent, if it is valid; a rule that it breaks is said beside its field."""
        if not self.validate_on_submit():
            return False
        try:
            save()
        except RuleBroken as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error: RuleBroken) -> None:
        """Put a rule's sentence beside its field, or on top where no field is to blame."""
        field = self._fields.get(error.field or "")
        if field is None or not isinstance(field.errors, list | tuple):
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]


def begins_at(field: Any) -> None:
    """Have a page begin at a field, with the focus in it: what one goes on with is in sight."""
    field.render_kw = {**(field.render_kw or {}), "autofocus": True}


def stored(kind: Callable[..., Any], row: Any, entered: Mapping[str, Any]) -> Any:
    """Return a form of what a row holds; what is `entered` otherwise than stored goes before."""
    names = [field.short_name for field in kind(formdata=None)]
    held = {name: getattr(row, name) for name in names if hasattr(row, name)}
    return kind(formdata=None, data={**held, **entered})


def without_nul(value: Any) -> Any:
    """Take away NUL bytes: no database text column holds them."""
    return value.replace("\0", "") if isinstance(value, str) else value


def whole_dollars(cents: int) -> str:
    return dollars(cents).removesuffix(".00")


class MoneyField(StringField):
    """Dollars as typed; `cents` once it is validated."""

    widget = TextInput()
    data: str | None
    least_cents = 0
    cents: int | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' own signature
        self.cents = None
        if not self.data:
            return
        try:
            self.cents = parse_exact_cents(self.data)
        except ValueError:
            raise ValidationError("Enter an amount in dollars, such as 1,250.00.") from None
        if not self.least_cents <= self.cents <= LARGEST_CENTS:
            raise ValidationError(
                sentence(
                    "Enter an amount between {least} and $10,000,000.",
                    least=whole_dollars(self.least_cents),
                )
            )


class SignedMoneyField(MoneyField):
    """Dollars that may be below zero; a plus before them says nothing more."""

    least_cents = -LARGEST_CENTS

    def pre_validate(self, form: Any) -> None:
        self.data = (self.data or "").replace("\u2212", "-").removeprefix("+").strip()
        super().pre_validate(form)


class WholeField(IntegerField):
    """A whole number as typed, with a sentence where it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            raise ValueError("Enter a whole number, such as 2.") from None


def signer() -> StringField:
    """Return the field for the name of who confirmed a service."""
    return StringField(
        "Confirmed by",
        [Length(max=200, message="That is too long.")],
        description="The name of the participant or nominee who confirmed this support.",
        render_kw={"autocomplete": "off"},
    )


class AtMost(Length):
    """Refuse a longer text beside its field. The page does not cut it: what is pasted stays whole.

    Lines end in one letter here, as they are kept, and not in two as they are sent.
    """

    def __init__(self, most: int, message: str) -> None:
        super().__init__(max=most, message=message)
        self.field_flags: dict[str, Any] = {}

    def __call__(self, _form: Any, field: Any) -> None:
        if len((field.data or "").replace("\r\n", "\n")) > self.max:
            raise ValidationError(self.message)


class LinesField(TextAreaField):
    """One entry a line; `lines` gives them without the empty ones."""

    @property
    def lines(self) -> list[str]:
        return [line.strip()[:400] for line in (self.data or "").splitlines() if line.strip()][:100]


def choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """Return what a select offers, from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def in_words(choice: Any) -> SelectChoice:
    """Return what a select offers as it is called in the language of the page."""
    choice = SelectChoice.from_input(choice)
    return replace(choice, label=looked_up(choice.label), optgroup=looked_up(choice.optgroup))


def says(parse: Callable[[str], str]) -> Callable[[Any, Any], None]:
    """Return a validator that uses a rule's own sentence: a ValueError's text."""

    def validate(_form: Any, field: Any) -> None:
        if not field.data:
            return
        try:
            field.data = parse(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    return validate
