"""Pages of the contracts room: what is agreed, drafts and their editor, versions and their approval, what they say."""

from remit.web.contracts.views.drafts import add_amendments, discard_draft, draft_page, new_draft, propose_draft
from remit.web.contracts.views.editing import edit, lint, new_amendment, remove, words
from remit.web.contracts.views.files import archive, document
from remit.web.contracts.views.overview import overview
from remit.web.contracts.views.reading import calendar, calendars, dates, level, levels
from remit.web.contracts.views.versions import (
    approve_version,
    compare,
    redraft,
    reject_version,
    version_page,
    withdraw_version,
)

__all__ = [
    "add_amendments", "approve_version", "archive", "calendar", "calendars", "compare", "dates", "discard_draft",
    "document", "draft_page", "edit", "level", "levels", "lint", "new_amendment", "new_draft", "overview",
    "propose_draft", "redraft", "reject_version", "remove", "version_page", "withdraw_version", "words",
]  # fmt: skip
