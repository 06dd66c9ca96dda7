"""A compliance score as pages show it: with the small line of how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from caddy.domain.compliance_score import Band, Subject
from caddy.domain.sentences import sentence
from caddy.domain.words import say_date
from caddy.queries import scores
from caddy.queries.scores import ScoreView
from caddy.web.charts import sparkline_svg


@dataclass(frozen=True, slots=True)
class ShownScore:
    view: ScoreView
    band: Band
    spark: Markup | None


def shown(view: ScoreView | None) -> ShownScore | None:
    """Return a score to show; a line is drawn once there are two to draw it between."""
    if view is None:
        return None
    spark = None
    if len(view.history) > 1:
        (first_on, first), *_, (_, last) = view.history
        title = sentence(
            "From {first} on {day} to {last} now", first=first, day=say_date(first_on), last=last
        )
        spark = sparkline_svg([points for _, points in view.history], title)
    return ShownScore(view, view.band, spark)


def of_participant(participant_id: UUID) -> ShownScore | None:
    return shown(scores.of(Subject.PARTICIPANT, participant_id))


def of_worker(user_id: UUID) -> ShownScore | None:
    return shown(scores.of(Subject.WORKER, user_id))


def of_organization() -> ShownScore | None:
    return shown(scores.of_organization())
