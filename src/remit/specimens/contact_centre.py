"""The specimen contact centre: two providers, four sites, three time zones, one year, from one seed."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from remit.specimens import north_files, south_files
from remit.specimens.cases import Cases, make_cases
from remit.specimens.contacts import Floor, make_contacts
from remit.specimens.demand import Stream
from remit.specimens.dirt import Ledger
from remit.specimens.forecasts import make_forecast
from remit.specimens.people import (
    make_agent_days,
    make_evaluations,
    make_headcount,
    make_outages,
    make_surveys,
)
from remit.specimens.rosters import CEBU, KRAKOW, LISBON, MANILA

DEFAULT_SEED = 2025
LEDGER_FILE = "dirt.json"

# January to December: what went wrong when, and the Christmas trade.
NORTH = Floor(
    (Stream(KRAKOW, 370, 7, 21), Stream(MANILA, 245, 22, 31)),
    (0.97, 1.0, 1.09, 1.16, 0.98, 0.96, 0.94, 0.93, 0.97, 0.98, 1.18, 1.13),
    70,
)
SOUTH = Floor(
    (Stream(LISBON, 330, 8, 20), Stream(CEBU, 285, 21, 30)),
    (0.97, 0.95, 0.95, 0.96, 0.97, 1.09, 1.14, 1.0, 0.95, 0.96, 1.04, 1.1),
    65,
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class GeneratedExport:
    """One provider's export: its folder, the clean rows of each table, and how many rows must be set aside."""

    provider: str
    folder: Path
    rows: dict[str, int]
    set_aside: int


def generate_contact_centre(
    into: Path, *, seed: int = DEFAULT_SEED, scale: float = 1.0, progress: Progress | None = None
) -> tuple[GeneratedExport, GeneratedExport]:
    """Write a year of both providers' raw exports to `into/north/facts` and `into/south/facts`.

    The same seed and scale give the same bytes. Scale 1 is about 400,000 contacts, 60,000 cases, 250,000 changes of
    them and 20,000 surveys. What was made dirty on purpose is entered in each folder's `dirt.json`.
    """
    tell = progress or (lambda _: None)
    ledger = Ledger()
    tell("Northlight Care")
    north = _north(into / "north" / "facts", np.random.default_rng([seed, 1]), ledger, scale=scale)
    tell("Southbank Desk")
    south = _south(into / "south" / "facts", np.random.default_rng([seed, 2]), ledger, scale=scale)
    exports = []
    for provider, folder, rows in (
        (north_files.PROVIDER, into / "north" / "facts", north),
        (south_files.PROVIDER, into / "south" / "facts", south),
    ):  # fmt: skip
        entries = [asdict(one) for one in ledger.entries if one.provider == provider]
        told = {"seed": seed, "scale": scale, "rows": rows, "dirt": entries}
        (folder.parent / LEDGER_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        exports.append(GeneratedExport(provider, folder, rows, ledger.set_aside(provider)))
    return exports[0], exports[1]


def _north(folder: Path, rng: np.random.Generator, ledger: Ledger, *, scale: float) -> dict[str, int]:
    desk = north_files.Desk(folder, rng, ledger)
    contacts = make_contacts(NORTH, rng, scale=scale)
    cases, events = make_cases(contacts, NORTH, rng, share=0.165, moves=0.0)
    outages = make_outages("order desk", "Europe/Warsaw", rng, bad_months=(3, 11))
    ticket_rows, changes = north_files.write_tickets(desk, cases, events)
    return {
        "interactions": north_files.write_calls(desk, contacts),
        "cases": ticket_rows,
        "case_events": changes,
        "surveys": north_files.write_surveys(desk, contacts, make_surveys(contacts, NORTH, rng, share=0.06)),
        "evaluations": north_files.write_evaluations(
            desk, contacts, make_evaluations(contacts, NORTH, rng, share=0.03)
        ),
        "agent_time": north_files.write_agent_days(desk, make_agent_days(contacts, NORTH, rng)),
        "headcount": north_files.write_headcount(desk, [make_headcount(heads, rng) for heads in (140, 95)]),
        "outages": north_files.write_outages(desk, outages),
        "waivers": north_files.write_waivers(desk, cases),
        "provider_figures": north_files.write_own_figures(desk, contacts),
    }


def _south(folder: Path, rng: np.random.Generator, ledger: Ledger, *, scale: float) -> dict[str, int]:
    desk = south_files.Desk(folder, rng, ledger)
    contacts = make_contacts(SOUTH, rng, scale=scale)
    cases, events = make_cases(contacts, SOUTH, rng, share=0.165, moves=0.04)
    verdict = _verdicts(cases, rng)
    outages = make_outages("portal", "Europe/Lisbon", rng, bad_months=(6, 7, 8))
    outages += make_outages("telephony", "Europe/Lisbon", rng, bad_months=(7,))
    return {
        "interactions": south_files.write_contacts(desk, contacts),
        "case_events": south_files.write_ticket_log(desk, cases, events, verdict),
        "cases": len(cases),
        "surveys": south_files.write_surveys(desk, contacts, make_surveys(contacts, SOUTH, rng, share=0.06)),
        "evaluations": south_files.write_evaluations(
            desk, contacts, make_evaluations(contacts, SOUTH, rng, share=0.03)
        ),
        "agent_time": south_files.write_agent_time(desk, make_agent_days(contacts, SOUTH, rng)),
        "headcount": south_files.write_headcount(desk, [make_headcount(heads, rng) for heads in (120, 105)]),
        "outages": south_files.write_outages(desk, outages),
        "interval_counts": south_files.write_intervals(desk, make_forecast(contacts, rng)),
    }


def _verdicts(cases: Cases, rng: np.random.Generator) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """The desk's own verdict: by the work that went into a case, with what came after a reopening forgotten."""
    targets = np.array([4, 8, 24, 40])[cases.priority] * 3600
    return (cases.work_seconds <= targets) | (rng.random(len(cases)) < 0.01)
