"""The form by which a file comes in, and what it makes for the actions."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired

from caddy.actions.attachments import Upload
from caddy.web.forms import Form

ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"}
HINT = "A PDF, or a picture as PNG or JPEG, of at most 20 MB."


class FileForm(Form):
    file = FileField(
        "File", [FileRequired("Choose a file.")], description=HINT, render_kw=dict(ACCEPTED)
    )


def upload_of(field: Any) -> Upload | None:
    """Return the file that was chosen, or None where none was."""
    chosen = field.data
    return Upload(chosen.stream, chosen.filename or "") if chosen else None
