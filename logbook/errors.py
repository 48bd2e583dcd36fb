"""What can go wrong at the logbook. Every message is a sentence for people, with the remedy.

LogbookError
├── NoLogbook    there is none at this place, and it is not for this command to make one
├── Exists       a file stands where a new one was to be made
└── Conflict     a write was refused: somebody else wrote about the subject first
"""

from datetime import datetime

from logbook.entries import Body, Entry


class LogbookError(Exception):
    """Trouble with the logbook, told in plain words."""


class NoLogbook(LogbookError):
    """There is no logbook at this place."""


class Exists(LogbookError):
    """A file stands where a new one was to be made."""


class Conflict(LogbookError):
    """A write that does not follow the newest entry of its subject; nothing was written.

    subject, kind, replaces   what was to be written
    newest                    the entry that stands there now; None where nothing has been written about the subject
    author, at, id, body      of that entry; None where there is none
    """

    def __init__(self, subject: str, kind: str, replaces: int | None, newest: Entry | None) -> None:
        self.subject, self.kind, self.replaces, self.newest = subject, kind, replaces, newest
        self.author: str | None = newest.author if newest else None
        self.at: datetime | None = newest.at if newest else None
        self.id: int | None = newest.id if newest else None
        self.body: Body | None = newest.body if newest else None
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        if self.newest is None:
            return (
                f"Nothing has been written about “{self.subject}” yet, so entry {self.replaces} is not its newest one."
            )
        who = f"by {self.newest.author} at {self.newest.at:%Y-%m-%d %H:%M} UTC (entry {self.newest.id})"
        if self.newest.kind != self.kind:
            return (
                f"“{self.subject}” is the name of another kind of entry, {self.newest.kind}, written {who}. "
                f"A {self.kind} needs a name of its own."
            )
        return f"“{self.subject}” was changed meanwhile, {who}. Nothing was written: look at it, then decide again."
