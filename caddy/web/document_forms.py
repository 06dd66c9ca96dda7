"""The forms of documents: several files and what is said of them, one new version."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from caddy.actions.attachments import Upload
from caddy.domain.documents import LONGEST_TITLE, DocumentEntry, DocumentKind, clean_tags
from caddy.domain.files import FileKind
from caddy.web.conflicts import version_of
from caddy.web.forms import Form, choices

TOO_LONG = "That is too long."
ACCEPTED = ",".join(ending for kind in FileKind for ending in kind.endings)


class FilesForm(Form):
    files = MultipleFileField(
        "Files",
        [FileRequired("Choose a file.")],
        render_kw={"accept": ACCEPTED, "multiple": True},
    )

    def uploads(self) -> list[Upload]:
        """Return the files that were chosen, by either of the form's ways to choose."""
        return [Upload(one.stream, one.filename or "") for one in self.files.data or ()]


class DetailsForm(Form):
    """What is said of a document."""

    kind = SelectField(
        "What is it?",
        [InputRequired("Choose what it is.")],
        choices=choices(
            ("", "Choose what it is"), *((kind.value, kind.label) for kind in DocumentKind)
        ),
    )
    title = StringField(
        "Title",
        [Length(max=LONGEST_TITLE, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    tags = StringField(
        "Tags",
        [Length(max=500, message=TOO_LONG)],
        description="Words to find it by, with commas between.",
        render_kw={"autocomplete": "off"},
    )
    expires_on = DateField("Expires on", [Optional()], description="Leave it empty if it does not.")

    def entry(self) -> DocumentEntry:
        return DocumentEntry(
            DocumentKind(self.kind.data),
            self.title.data or "",
            clean_tags(self.tags.data or ""),
            self.expires_on.data,
        )


class NewDocumentForm(FilesForm, DetailsForm):
    """Files and what is said of all of them; a title is for one file only."""


class EditForm(DetailsForm):
    version = HiddenField()


class VersionForm(FilesForm):
    files = MultipleFileField(
        "New version", [FileRequired("Choose a file.")], render_kw={"accept": ACCEPTED}
    )


def edit_form(document: Any, **options: Any) -> EditForm:
    """Return the form of a document as it is stored."""
    return EditForm(
        **options,
        data={
            "kind": document.kind.value,
            "title": document.title,
            "tags": ", ".join(document.tags),
            "expires_on": document.expires_on,
            "version": version_of(document),
        },
    )
