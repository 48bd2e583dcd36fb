"""The only door to what people wrote: append-only, nothing is ever overwritten."""

from logbook.book import Logbook, open
from logbook.entries import Draft, Entry
from logbook.errors import Conflict, Exists, LogbookError, NoLogbook
from logbook.store import url

__all__ = ["Conflict", "Draft", "Entry", "Exists", "Logbook", "LogbookError", "NoLogbook", "open", "url"]
