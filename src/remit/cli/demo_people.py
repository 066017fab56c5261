"""The people of the demo's site: whom to sign in as, on which side, and what each comes for."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; `at` is `client`, or the provider's short name; `comes_for` is told beside the password."""

    at: str
    role: str
    name: str
    time_zone: str
    comes_for: str

    def email(self, domain: str) -> str:
        """Their address, at a domain that nobody can own."""
        return f"{self.name.lower().replace(' ', '.').replace('ł', 'l').replace('ã', 'a')}@{domain}.example"


@dataclass(frozen=True, slots=True)
class Place:
    """A site of a provider of the demo; `near` names the countries whose clients it is nearshore for."""

    at: str
    name: str
    country: str
    time_zone: str
    near: tuple[str, ...]


_PEOPLE = """
client  bpo_manager         Amara Osei        Europe/London   what each provider did, what needs deciding, the month
client  quality_analyst     Ines Duarte       Europe/London   which records missed, and why
client  planner             Tomasz Lis        Europe/Warsaw   volumes and levels by site
client  finance             Grace Whitfield   Europe/London   charges, credits and the sentence behind each
client  procurement         Yusuf Demir       Europe/London   what the contract says, and what changed in it
client  risk                Helen Sorensen    Europe/London   sites, and who did what
client  executive           Marguerite Lowe   Europe/London   one page that can be trusted
client  auditor             Pavel Novak       Europe/Prague   any past figure, and the audit trail
north   account_manager     Katarzyna Wilk    Europe/Warsaw   the contract's other side
north   operations_manager  Rafael Santos     Asia/Manila     the levels before they are missed; the loads
north   team_lead           Marta Nowak       Europe/Warsaw   the records of the team
north   agent               Jan Kowal         Europe/Warsaw   how the team does
south   account_manager     Beatriz Lopes     Europe/Lisbon   the contract's other side
south   operations_manager  Luis Reyes        Asia/Manila     the levels before they are missed; the loads
south   team_lead           Carla Mendes      Europe/Lisbon   the records of the team
south   agent               Ana Cruz          Asia/Manila     how the team does
"""
_OF_RECORDS = """
records-client  bpo_manager         Nora Lind    Europe/London  public records by the terms of an example
records         account_manager     Victor Hale  Europe/London  the contract's other side
records         operations_manager  Maya Stern   Europe/London  the loads, and what was set aside
"""

_PLACES = """
north  Kraków  PL  Europe/Warsaw  GB
north  Manila  PH  Asia/Manila    -
south  Lisbon  PT  Europe/Lisbon  GB
south  Cebu    PH  Asia/Manila    -
"""


def people(at: str) -> Iterator[Person]:
    """The people of one party."""
    for line in (_PEOPLE.strip() + _OF_RECORDS).splitlines():
        party, role, first, last, zone, comes_for = line.split(maxsplit=5)
        if party == at:
            yield Person(party, role, f"{first} {last}", zone, comes_for)


def places(at: str) -> Iterator[Place]:
    """The sites of one provider."""
    for line in _PLACES.strip().splitlines():
        party, name, country, zone, near = line.split()
        if party == at:
            yield Place(party, name, country, zone, () if near == "-" else tuple(near.split(",")))
