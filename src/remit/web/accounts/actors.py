"""Who acts: a person through a door, with what that door allows; or the installation itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import SENTENCES, TITLES, Duty, Role, Side, may, side_of
from remit.web.shared.refusals import NotAllowed


@dataclass(frozen=True)
class Actor:
    """A person acting through a door (`via`: page, api, command, job); without a person, the installation.

    `scopes` are what a token narrows its person to; None where the door narrows nothing. `only_engagement_id` is the
    one engagement a token may enter.
    """

    user: User | None
    via: str
    address: str = ""
    request: str = ""
    scopes: frozenset[str] | None = None
    only_engagement_id: int | None = None

    @property
    def person(self) -> User:
        """Who acts. Raises RuntimeError where it is the installation: a page is always somebody's."""
        if self.user is None:
            raise RuntimeError("the installation itself has no person")
        return self.user

    @property
    def person_id(self) -> int | None:
        return None if self.user is None else self.user.pk

    @property
    def person_name(self) -> str:
        return "" if self.user is None else f"{self.user.name} <{self.user.email}>"

    @cached_property
    def _roles(self) -> dict[int, Role | None]:
        return {}

    def role(self, engagement: Engagement) -> Role | None:
        """The person's role in an engagement; looked up once."""
        if self.user is None:
            return None
        if engagement.pk not in self._roles:
            self._roles[engagement.pk] = self.user.role_in(engagement)
        return self._roles[engagement.pk]

    def roles(self, engagements: Sequence[Engagement]) -> Mapping[int, Role]:
        """The person's roles in several engagements by their keys, those without one left out; one query for all."""
        if self.user is None or not self.user.is_active:
            return {}
        mine = list(self.user.memberships.all())
        direct = {one.engagement_id: Role(one.role) for one in mine if one.engagement_id is not None}
        wide = {one.organisation_id: Role(one.role) for one in mine if one.engagement_id is None}
        for engagement in engagements:
            sides = wide.get(engagement.client_id) or wide.get(engagement.provider_id)
            self._roles[engagement.pk] = direct.get(engagement.pk) or sides
        return {one.pk: role for one in engagements if (role := self._roles[one.pk]) is not None}

    def role_in(self, engagement_id: int | None) -> str:
        """The role an audit entry tells."""
        if engagement_id is None or self.user is None:
            return "administrator" if self.user is not None and self.user.is_administrator else ""
        if engagement_id not in self._roles:
            self.role(Engagement.objects.get(pk=engagement_id))
        return str(self._roles[engagement_id] or ("administrator" if self.user.is_administrator else ""))

    def may(self, duty: Duty, engagement: Engagement) -> bool:
        """Whether the actor has a duty in an engagement, as its role and its door allow."""
        if self.user is None:
            return True
        if self.scopes is not None and str(duty) not in self.scopes:
            return False
        if self.only_engagement_id not in (None, engagement.pk):
            return False
        return may(self.role(engagement), duty)

    def must(self, duty: Duty, engagement: Engagement) -> None:
        """Raises NotAllowed where the actor has not the duty."""
        if self.may(duty, engagement):
            return
        role = self.role(engagement)
        who = f"As {TITLES[role]}" if role is not None else "Without a role here"
        narrowed = " with this token" if self.scopes is not None else ""
        raise NotAllowed(f"{who} you can't {SENTENCES[duty]}{narrowed}.", "Ask your side's manager for the role.")

    def side(self, engagement: Engagement) -> Side:
        """The side somebody speaks for, by the role and by the organisation alike. Raises NotAllowed otherwise."""
        role = self.role(engagement)
        side = side_of(role) if role is not None else None
        if side is None or engagement.side_of(self.person.organisation_id or 0) is not side:
            raise NotAllowed("Your organisation is not the one your role here speaks for.", "Ask an administrator.")
        return side

    def must_administer(self) -> None:
        """Raises NotAllowed for everybody but the installation and its administrators."""
        if self.user is not None and not (self.user.is_active and self.user.is_administrator):
            raise NotAllowed("Only an administrator of this installation can do that.")


def installation(via: str = "command") -> Actor:
    """The installation itself, for what no person does: migrations of data, reminders, the worker."""
    return Actor(user=None, via=via)
