"""The demo as a site: the contact centre's year in a store, people for each role, and a short way through it.

Everything is done by the actions that pages do it by, so that the audit trail tells the demo's own history. Each step
looks at what is there: begun again, the demo goes on where it stopped.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from remit.cli.demo_people import Person, people, places
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from remit.web.accounts.actors import Actor
    from remit.web.accounts.models import Engagement, Organisation, User

Tell = Callable[[str, int, int], None]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Party:
    """One provider's part of the demo: its folder with the contract, its export, its short name.

    `at` and `client_at` name the people of either side. Only a generated one has more to tell than its records, such as
    an invoice.
    """

    at: str
    folder: Path
    contract_id: str
    client: str
    provider: str
    name: str
    files: tuple[Path, ...]
    mapping: Path
    client_at: str = "client"
    is_generated: bool = True

    @classmethod
    def read(cls, folder: Path, at: str) -> "Party":
        """A generated one, from the contract's own first lines; the mapping lies among the files that it explains."""
        told, facts = _parties_of(folder), folder / "facts"
        files = tuple(sorted(path for path in facts.iterdir() if path.name != "mapping.yaml"))
        names = (told["id"], told["client"], told["provider"], f"Customer care, {told['provider']}")
        return cls(at, folder, *names, files, facts / "mapping.yaml")

    @classmethod
    def of_records(cls, example: Path, files: tuple[Path, ...]) -> "Party":
        """One of public records: the example's contract and mapping, and somebody's own copy of the files."""
        told = _parties_of(example)
        names = (told["id"], told["client"], told["provider"], told["title"])
        mapping = example / "mapping.yaml"
        return cls("records", example, *names, files, mapping, client_at="records-client", is_generated=False)


def _parties_of(folder: Path) -> dict[str, str]:
    told: dict[str, str] = yaml.safe_load((folder / "contract.yaml").read_text(encoding="utf-8"))["contract"]
    return told


def lay_out_site(parties: Sequence[Party], *, password: str, tell: Tell) -> None:
    """Organisations, people, agreed contracts, loaded facts and measured months; whatever is there stays."""
    from remit.cli.demo_benefits import keep_benefits
    from remit.cli.demo_invoices import send_invoice
    from remit.web.accounts.actors import Actor
    from remit.web.jobs.queue import work_until_idle
    from remit.web.performance.measuring import ask_to_measure
    from remit.web.shared.moments import now

    administrator = _administrator(password)
    by = Actor(administrator, "command")
    for place, party in enumerate(parties):
        tell(f"seating the people of {party.provider}", place, len(parties))
        engagement = _engagement(party, by)
        seated = {
            person.role: _seated(person, engagement, password=password, by=by)
            for person in (*people(party.client_at), *people(party.at))
        }
        _add_sites(party, engagement, seated)
        tell(f"agreeing on the contract of {party.provider}", place, len(parties))
        _agree(party, engagement, seated)
        tell(f"loading and measuring the records of {party.provider}", place, len(parties))
        _load(party, engagement, seated)
        work_until_idle("demo")
        ask_to_measure(engagement, by=_acting(seated["operations_manager"]), at=now())
        work_until_idle("demo")
        _must_be_measured(party, engagement)
        if party.is_generated:
            tell(f"sending the last invoice of {party.provider}", place, len(parties))
            send_invoice(engagement, by=_acting(seated["account_manager"]))
            keep_benefits(engagement, party.folder, by=_acting(seated["finance"]))
            work_until_idle("demo")


def _must_be_measured(party: Party, engagement: "Engagement") -> None:
    """A demo without numbers shows nothing: whatever kept them away is told instead."""
    from remit.web.jobs.models import Job, State
    from remit.web.performance.models import Load, Outcome

    load = Load.objects.filter(engagement=engagement).order_by("-pk").first()
    if load is not None and load.outcome == Outcome.REFUSED:
        raise ProblemsFound([Problem(**told) for told in load.problems])
    failed = Job.objects.filter(engagement=engagement, state=State.FAILED).order_by("-pk").first()
    if failed is not None:
        raise ProblemsFound([Problem(str(party.folder), 0, failed.kind, failed.fault)])


def _administrator(password: str) -> "User":
    from remit.web.accounts.actions import name_administrator
    from remit.web.accounts.actors import installation
    from remit.web.accounts.models import User
    from remit.web.shared.moments import now

    found: User | None = User.objects.filter(is_administrator=True).first()
    if found is not None:
        return found
    person = name_administrator("admin@remit.example", name="Ada Admin", by=installation(), at=now())
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _engagement(party: Party, by: "Actor") -> "Engagement":
    from remit.web.accounts.actions import Opening, open_engagement
    from remit.web.accounts.models import Engagement
    from remit.web.shared.moments import now

    found: Engagement | None = Engagement.objects.filter(contract_id=party.contract_id).first()
    if found is not None:
        return found
    client = _organisation(party.client, "GB", by)
    home = next(iter(places(party.at)), None)
    provider = _organisation(party.provider, home.country if home else "", by)
    return open_engagement(Opening(client, provider, party.name, party.contract_id), by=by, at=now())


def _organisation(name: str, country: str, by: "Actor") -> "Organisation":
    from remit.web.accounts.actions import add_organisation
    from remit.web.accounts.models import Organisation
    from remit.web.shared.moments import now

    found: Organisation | None = Organisation.objects.filter(name=name).first()
    return found or add_organisation(name, country=country, by=by, at=now())


def _seated(person: Person, engagement: "Engagement", *, password: str, by: "Actor") -> "User":
    """The person in their seat: the client's people work with every provider, a provider's only there."""
    from remit.web.accounts.actions import Newcomer, Seat, accept, invite
    from remit.web.accounts.models import User
    from remit.web.accounts.roles import Role, side_of
    from remit.web.shared.moments import now

    organisation = engagement.organisation_on(side_of(Role(person.role)))
    email = person.email(organisation.slug)
    found: User | None = User.objects.filter(email=email).first()
    if found is not None:
        return found
    seat = Seat(email, Role(person.role), organisation=organisation)
    invited = invite(seat, by=by, at=now())
    return accept(invited.invitation, Newcomer(person.name, password, person.time_zone), by=by, at=now())


def _acting(user: "User") -> "Actor":
    from remit.web.accounts.actors import Actor

    return Actor(user, "command")


def _add_sites(party: Party, engagement: "Engagement", seated: "Mapping[str, User]") -> None:
    from remit.web.providers.actions import SiteFacts, add_site
    from remit.web.providers.models import Site
    from remit.web.shared.moments import now

    there = set(Site.objects.of(engagement).values_list("name", flat=True))
    for place in places(party.at):
        if place.name not in there:
            facts = SiteFacts(place.name, place.name, place.country, place.time_zone, list(place.near))
            add_site(facts, engagement=engagement, by=_acting(seated["operations_manager"]), at=now())


def _agree(party: Party, engagement: "Engagement", seated: "Mapping[str, User]") -> None:
    """The client drafts and proposes, and both sides approve."""
    from remit.web.contracts import actions
    from remit.web.contracts.models import State, Version
    from remit.web.shared.moments import now

    if Version.objects.filter(engagement=engagement, state=State.AGREED).exists():
        return
    client, provider = _acting(seated["bpo_manager"]), _acting(seated["account_manager"])
    paths = [party.folder / "contract.yaml", *sorted((party.folder / "amendments").glob("*.yaml"))]
    files = [actions.File(path.name, path.read_bytes()) for path in paths]
    draft = actions.start_draft(engagement, files, by=client, at=now())
    version = actions.propose(draft, note="As signed.", revision=draft.revision, by=client, at=now())
    for side in (client, provider):
        version = actions.approve(version, by=side, at=now())


def _load(party: Party, engagement: "Engagement", seated: "Mapping[str, User]") -> None:
    from remit.web.performance.actions import Export, start_load
    from remit.web.performance.models import Load
    from remit.web.performance.uploads import GivenFile
    from remit.web.shared.moments import now

    if Load.objects.standing().filter(engagement=engagement).exists():
        return
    mapping = party.mapping.read_text(encoding="utf-8")
    files = [GivenFile(path.name, _pieces(path)) for path in party.files]
    start_load(engagement, Export(files, mapping), by=_acting(seated["operations_manager"]), at=now())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def kept_password(data: Path) -> str:
    """The password that all the demo's people share: made once, kept beside the demo, readable by its owner only."""
    path = data / "demo-password"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(written, "w") as file:
            file.write(f"remit-{secrets.token_hex(4)}-{secrets.token_hex(4)}")
    return path.read_text()


def show_people(parties: Sequence[Party], password: str) -> None:
    """Whom to sign in as."""
    from remit.web.accounts.models import Organisation
    from remit.web.accounts.roles import TITLES, Role

    slugs = dict(Organisation.objects.values_list("name", "slug"))
    click.secho(f"\nEverybody's password: {password}\n", bold=True)
    sides = [side for party in parties for side in ((party.client, party.client_at), (party.provider, party.at))]
    for name, at in dict.fromkeys(sides):
        click.secho(f"  {name}", bold=True)
        for person in people(at):
            line = f"    {person.email(slugs[name]):<41}{TITLES[Role(person.role)]:<21}"
            click.echo(f"{line}{person.comes_for}")
    click.secho("  The installation", bold=True)
    click.echo(
        f"    {'admin@remit.example':<41}{'Administrator':<21}organisations, people, jobs; no engagement's contents"
    )


def show_guide(parties: Sequence[Party], url: str) -> None:
    """Eight steps from the first page to the money, and to a month that both sides close."""
    from remit.web.accounts.models import Organisation

    client = Organisation.objects.get(name=parties[0].client).slug
    provider = Organisation.objects.get(name=parties[0].provider).slug
    manager, operations = next(people("client")), _with_role(parties[0].at, "operations_manager")
    click.secho("\nA way through it, in eight steps:\n", bold=True)
    steps = (
        f"Sign in as {manager.email(client)} at {url}: the first page says which levels were missed last month.",
        "Open a missed level: its trend against the contract, its sites side by side, its definition and its SQL.",
        "Open its records, those that missed first; open one to see its clock run, pause and stand still.",
        f"Go to Settlements: each credit line has its sentence. {parties[0].provider}'s April is the dearest.",
        f"Sign out, and in again as {operations.email(provider)}: the same numbers, and Loads, to bring in more.",
        "There, ask in Months, Exclusions for missed calls to be left out; the client decides, both see what it does.",
        "In Months both sides close a month; in Packets, beside it, the month becomes a signed file to compute again.",
        "As the client, open the provider's invoice in Money, wrong in many ways; in Back-tests try other terms.",
    )
    for number, step in enumerate(steps, start=1):
        click.echo(f"  {number}. {step}")


def _with_role(at: str, role: str) -> Person:
    return next(person for person in people(at) if person.role == role)
