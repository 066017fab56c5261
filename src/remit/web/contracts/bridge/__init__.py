"""What the corridor says about a contract's files: problems, terms, dates, hours, and what differs between two."""

from remit.ingest.contract_files import ContractVersions
from remit.reports.contracts import DayOfYear, KeyDate
from remit.web.contracts.bridge.agreed import (
    agreed_terms,
    contract_folder,
    readable_terms,
    terms_of,
    terms_of_sha256,
)
from remit.web.contracts.bridge.checking import Checked, Given, check
from remit.web.contracts.bridge.near import SaidOnDay, near_dates
from remit.web.contracts.bridge.reminding import Due, due_reminders, next_reminder_on
from remit.web.contracts.bridge.schemas import places_of, words_of
from remit.web.contracts.bridge.telling import (
    ToldPart,
    calendar_year,
    calendars_on,
    dates_of,
    differing_parts,
    level_rows,
    today_in,
    years_of,
)

__all__ = [
    "Checked",
    "ContractVersions",
    "DayOfYear",
    "Due",
    "Given",
    "KeyDate",
    "SaidOnDay",
    "ToldPart",
    "agreed_terms",
    "calendar_year",
    "calendars_on",
    "check",
    "contract_folder",
    "dates_of",
    "differing_parts",
    "due_reminders",
    "level_rows",
    "near_dates",
    "next_reminder_on",
    "places_of",
    "readable_terms",
    "terms_of",
    "terms_of_sha256",
    "today_in",
    "words_of",
    "years_of",
]
