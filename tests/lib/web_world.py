"""A small world of the records: a client with two providers, and a person for each role on each side."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from remit.web.accounts.models import Engagement, Membership, Organisation, User
from remit.web.accounts.roles import Role, Side, roles_of

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@dataclass
class World:
    """The client's two engagements, one with each provider; `people` by engagement slug and role."""

    client: Organisation
    providers: dict[str, Organisation] = field(default_factory=dict)
    engagements: dict[str, Engagement] = field(default_factory=dict)
    people: dict[tuple[str, Role], User] = field(default_factory=dict)
    administrator: User | None = None

    def person(self, role: Role, engagement: str = "care-north") -> User:
        """Who has a role in an engagement."""
        return self.people[engagement, role]


def person(email: str, organisation: Organisation | None, **more: object) -> User:
    """Somebody with a password that every test knows; its hash is a cheap one."""
    user = User(email=email, name=email.partition("@")[0].title(), organisation=organisation, date_joined=AT, **more)
    user.set_password(PASSWORD)
    user.save()
    return user


def build_world() -> World:
    """Meridian, served by Northline and Southgate; everybody has a role in one engagement only."""
    world = World(Organisation.objects.create(name="Meridian Travel", slug="meridian", country="GB"))
    for name, slug, country in (("Northline", "north", "PL"), ("Southgate", "south", "PH")):
        provider = Organisation.objects.create(name=name, slug=slug, country=country)
        engagement = Engagement.objects.create(
            client=world.client,
            provider=provider,
            name=f"Customer care {name}",
            slug=f"care-{slug}",
            contract_id=f"care-{slug}",
            created_at=AT,
        )
        world.providers[slug], world.engagements[engagement.slug] = provider, engagement
        for role in Role:
            side = Side.CLIENT if role in roles_of(Side.CLIENT) else Side.PROVIDER
            organisation = engagement.organisation_on(side)
            user = person(f"{role}.{slug}@example.org", organisation)
            Membership.objects.create(user=user, organisation=organisation, engagement=engagement, role=role)
            world.people[engagement.slug, role] = user
    world.administrator = person("admin@example.org", None, is_administrator=True)
    return world
