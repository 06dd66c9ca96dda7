"""The form of a planned shift's group: who joins it, and how many share the worker."""

from __future__ import annotations

from wtforms import BooleanField
from wtforms.validators import NumberRange, Optional

from caddy.domain.travel import MOST_PEOPLE
from caddy.web.forms import WholeField
from caddy.web.participant_choice import ParticipantsField
from caddy.web.shift_forms import StepForm
from caddy.web.trip_forms import NUMERIC


class GroupForm(StepForm):
    others = ParticipantsField(
        "Who joins the group",
        description="Each gets a shift like this one, paid from their own budget.",
    )
    people = WholeField(
        "People in the group",
        [
            Optional(),
            NumberRange(1, MOST_PEOPLE, f"Enter a number between 1 and {MOST_PEOPLE}."),
        ],
        description="Leave it empty for those who have a shift in it. More if someone has another "
        "provider.",
        render_kw=NUMERIC,
    )
    save_anyway = BooleanField("Save all the same")
