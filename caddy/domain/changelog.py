"""The list of what changed, as people read it: CHANGELOG.md cut into months and subjects."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Subject:
    """What changed in one part of Caddy: whole sentences."""

    name: str
    sentences: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Month:
    """A month such as `November 2026`, the newest first, and its subjects."""

    name: str
    subjects: list[Subject] = field(default_factory=list)


def months_of(text: str) -> list[Month]:
    r"""Return the months of a changelog: `##` a month, `###` a subject, `-` a sentence.

    A line that is indented goes on with the sentence before it; other lines are not shown.

    >>> month = months_of("## May 2026\n### Claims\n- You can\n  claim.\n")[0]
    >>> month.name, month.subjects[0].name, month.subjects[0].sentences
    ('May 2026', 'Claims', ['You can claim.'])
    """
    months: list[Month] = []
    for line in text.splitlines():
        if line.startswith("## "):
            months.append(Month(line[3:].strip()))
        elif line.startswith("### ") and months:
            months[-1].subjects.append(Subject(line[4:].strip()))
        elif months and months[-1].subjects:
            sentences = months[-1].subjects[-1].sentences
            if line.startswith("- "):
                sentences.append(line[2:].strip())
            elif line.startswith("  ") and sentences:
                sentences[-1] += f" {line.strip()}"
    return months
