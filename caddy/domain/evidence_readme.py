"""What the README of an evidence pack says, in words that need nobody to explain them."""

from __future__ import annotations

from caddy.domain.periods import Days
from caddy.domain.practice_standards import PracticeModule

_TEXT = """\
Evidence of {name}
{days}
{module}

What is in this file
--------------------
{pdf}
registers/               Each register as a table. Any spreadsheet program opens it.
index.html, index.csv    The list of the documents, with a link to each.
documents/               The documents, each in its latest version of the last day.
audit/log.csv            What people did in these days, in sentences.
audit/log.jsonl          The same entries as they are stored, one a line, with their seals.
audit/verification.json  What Caddy found when it checked every entry of the whole log.
manifest.json            The length and the SHA-256 of every other file in here.

Is the audit log as it was written?
-----------------------------------
{whole}

Each entry has a number, and a seal (a SHA-256) that is made of everything the entry says and
of the seal of the entry before. Who changes, moves or takes out an entry breaks every seal
behind it. You can check this yourself with any program that makes a SHA-256:

1. Take a line of audit/log.jsonl and leave out "hash".
2. Write it as JSON with its names in order, without spaces, letters outside ASCII as \\uXXXX,
   and instants in UTC with six decimals: 2026-11-21T03:04:05.000006+00:00.
3. Its SHA-256 is "hash", and "previous_hash" is the "hash" of the line before.

The number and the seal of the last entry are in verification.json, as "head". Whoever kept
them on the day this was made can ask Caddy later whether that entry is still the same:

    caddy audit verify --organization NAME --anchor NUMBER:SEAL

Keep this file as safe as Caddy itself: it holds health information and names.
"""


def readme(name: str, days: Days, module: PracticeModule | None, *, whole: bool, pdf: bool) -> str:
    """Return the README of a pack; `pdf` says whether the report could be made."""
    return _TEXT.format(
        name=name,
        days=days.words,
        module=f"NDIS Practice Standards, {module.label}" if module else "All modules",
        pdf="report.pdf               The compliance report, to read and to print."
        if pdf
        else "The report on paper is not here: this machine cannot make PDFs.",
        whole="Yes. Caddy checked every entry when this file was made."
        if whole
        else "NO. Some entries are not as they were written: see audit/verification.json.",
    )
