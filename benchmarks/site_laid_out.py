"""A site laid out for measuring: many engagements, two years of attainments each, most records in the first.

`python -m benchmarks.site_laid_out DATA ENGAGEMENTS RECORDS` does it by the actions that people do it by: contracts are
agreed by both sides, Parquet files are landed as loads, months are measured by the worker's own jobs.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remit.engines.duckdb_engine import connect

if TYPE_CHECKING:
    from remit.web.accounts.actors import Actor
    from remit.web.accounts.models import Engagement, User

MANAGER, PASSWORD = "manager@client.example", "a password for measuring only"
SMALL = 4_800
"""Records of every engagement but the first."""
_FIRST_AT = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
_SECONDS = 2 * 365 * 86_400
_LEVELS = {
    "ANSWERED": {"is": "service_factor", "of": "interactions", "variant": 2, "answer_within": "20 seconds"},
    "ABANDONED": {"is": "abandonment", "of": "interactions"},
    **{
        f"RESOLVED_{priority}": {
            "is": "turnaround",
            "clock": "resolution",
            "share_within": within,
            "where": f"priority = '{priority}'",
        }
        for priority, within in (("P1", "4 business hours"), ("P2", "8 business hours"), ("P3", "24 business hours"))
    },
}


def terms(contract_id: str, provider: str) -> bytes:
    """A contract of five levels over two years and more, with credits."""
    levels: dict[str, Any] = {
        name: {
            "name": name.replace("_", " ").title(),
            "measure": measure,
            "expected": "8%" if name == "ABANDONED" else "90%",
            "minimum": "12%" if name == "ABANDONED" else "80%",
        }
        for name, measure in _LEVELS.items()
    }
    levels["RESOLVED_P1"]["class"] = "critical"
    told = {
        "remit": 1,
        "contract": {"id": contract_id, "client": "Client", "provider": provider},
        "term": {"from": "2024-01-01", "to": "2027-12-31"},
        "time_zone": "UTC",
        "currency": "EUR",
        "calendars": {"desk": {"time_zone": "UTC", "week": {"mon-fri": "08:00-18:00"}}},
        "clocks": {"resolution": {"calendar": "desk", "starts": "opened_at", "stops": "resolved_at"}},
        "service_levels": levels,
        "charges": [{"id": "fee", "amount": 40_000}],
        "credits": {
            "at_risk": "12%",
            "defaults": {"below_minimum": "1 month", "below_expected": "1 month"},
            "below_expected_factor": "50%",
            "schemes": [{"model": "pool", "pool": "100%", "allocation": {"RESOLVED_P1": "60%", "ANSWERED": "40%"}}],
        },
    }
    return json.dumps(told).encode()


def records(folder: Path, count: int, number: int) -> None:
    """Half contacts, half cases, evenly over two years, as two Parquet files; every engagement's are its own."""
    half = count // 2
    moment = f"{_FIRST_AT} + (i * {_SECONDS}) // {half}"
    mixed = f"hash(i * 1000 + {number})"
    with connect(memory_limit_mb=2_048) as connection:
        connection.execute(
            f"""COPY (SELECT 'K' || i AS interaction_key, {moment} AS queued_at, 'voice' AS channel,
                CASE WHEN {mixed} % 100 < 93 THEN {moment} + CAST({mixed} % 23 AS BIGINT) END AS answered_at,
                CASE WHEN {mixed} % 100 >= 93 THEN {moment} + 30 END AS abandoned_at,
                ['north', 'south', 'east'][CAST({mixed} % 3 AS INTEGER) + 1] AS site,
                ['orders', 'returns'][CAST({mixed} % 2 AS INTEGER) + 1] AS queue
                FROM range({half}) AS t(i)) TO '{folder / "interactions.parquet"}' (FORMAT parquet)"""
        )
        connection.execute(
            f"""COPY (SELECT 'C' || i AS case_key, {moment} AS opened_at,
                {moment} + CAST({mixed} % 90000 AS BIGINT) AS resolved_at,
                'P' || (1 + {mixed} % 3) AS priority,
                ['north', 'south', 'east'][CAST({mixed} % 3 AS INTEGER) + 1] AS site
                FROM range({half}) AS t(i)) TO '{folder / "cases.parquet"}' (FORMAT parquet)"""
        )


def lay_out(engagements: int, record_count: int) -> None:
    """The engagements one after another; the first has the records that the others have not."""
    from remit.web.accounts.actions import add_organisation, name_administrator
    from remit.web.accounts.actors import Actor, installation
    from remit.web.accounts.roles import Role
    from remit.web.jobs.queue import work_until_idle
    from remit.web.shared.moments import now

    administrator = name_administrator("admin@site.example", name="Admin", by=installation(), at=now())
    by = Actor(administrator, "command")
    client = add_organisation("Client", country="GB", by=by, at=now())
    manager = Actor(_seated(MANAGER, client, Role.BPO_MANAGER, by), "command")
    most = record_count - (engagements - 1) * SMALL
    for number in range(engagements):
        engagement = _engagement(number, client, by)
        account = _seated(f"account{number}@provider.example", engagement.provider, Role.ACCOUNT_MANAGER, by)
        _agree(engagement, manager, Actor(account, "command"))
        _load(engagement, manager, most if number == 0 else SMALL, number)
        work_until_idle("benchmark")
        if number % 20 == 0:
            print(f"engagement {number + 1} of {engagements}", file=sys.stderr, flush=True)


def _engagement(number: int, client: Any, by: "Actor") -> "Engagement":
    from remit.web.accounts.actions import Opening, add_organisation, open_engagement
    from remit.web.shared.moments import now

    provider = add_organisation(f"Provider {number:03}", country="PL", by=by, at=now())
    opening = Opening(client, provider, f"Customer care {number:03}", f"BENCH-{number:03}")
    return open_engagement(opening, by=by, at=now())


def _seated(email: str, organisation: Any, role: Any, by: "Actor") -> "User":
    from remit.web.accounts.actions import Newcomer, Seat, accept, invite
    from remit.web.shared.moments import now

    invited = invite(Seat(email, role, organisation=organisation), by=by, at=now())
    return accept(invited.invitation, Newcomer(email, PASSWORD), by=by, at=now())


def _agree(engagement: "Engagement", client: "Actor", provider: "Actor") -> None:
    from remit.web.contracts import actions
    from remit.web.shared.moments import now

    file = actions.File("contract.yaml", terms(engagement.contract_id, engagement.provider.name))
    draft = actions.start_draft(engagement, [file], by=client, at=now())
    version = actions.propose(draft, note="", revision=draft.revision, by=client, at=now())
    for side in (client, provider):
        version = actions.approve(version, by=side, at=now())


def _load(engagement: "Engagement", by: "Actor", count: int, number: int) -> None:
    from remit.web.performance.actions import Export, start_load
    from remit.web.performance.uploads import GivenFile
    from remit.web.shared.moments import now

    with tempfile.TemporaryDirectory(prefix="remit-bench-") as made:
        records(Path(made), count, number)
        files = [GivenFile(path.name, _pieces(path)) for path in sorted(Path(made).iterdir())]
        start_load(engagement, Export(files, ""), by=by, at=now())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def main() -> None:
    """As a program of its own: settings are chosen by the environment."""
    data, engagements, record_count = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site_settings"
    from remit.web.serving import prepare

    prepare(Path(data))
    lay_out(int(engagements), int(record_count))


if __name__ == "__main__":
    main()
