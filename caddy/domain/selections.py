"""What is done to several things at once, and how it is said."""

from __future__ import annotations

from enum import StrEnum

MOST = 100  # chosen at once
UNDO_MINUTES = 10


class Deed(StrEnum):
    """What can be done to many; the sentences say it of a count of them, done and undone."""

    CANCEL = "cancel"
    ASSIGN = "assign"
    ARCHIVE = "archive"
    TAG = "tag"
    COORDINATE = "coordinate"

    @property
    def is_of_services(self) -> bool:
        return self in {Deed.CANCEL, Deed.ASSIGN}

    def counted(self, number: int) -> str:
        """Return a number of what this is done to.

        >>> Deed.CANCEL.counted(1), Deed.TAG.counted(3)
        ('1 shift', '3 participants')
        """
        noun = "shift" if self.is_of_services else "participant"
        return f"{number} {noun}{'' if number == 1 else 's'}"

    def said(self, number: int) -> str:
        """Say what was done to so many.

        >>> Deed.CANCEL.said(2)
        '2 shifts cancelled'
        """
        verbs = {
            Deed.CANCEL: "cancelled",
            Deed.ASSIGN: "given to another worker",
            Deed.ARCHIVE: "archived",
            Deed.TAG: "tagged",
            Deed.COORDINATE: "given a coordinator",
        }
        return f"{self.counted(number)} {verbs[self]}"

    def said_undone(self, number: int) -> str:
        """Say that it was taken back for so many.

        >>> Deed.TAG.said_undone(1)
        '1 participant put back as before'
        """
        return f"{self.counted(number)} put back as before"
