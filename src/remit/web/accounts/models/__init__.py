"""The records of people and parties."""

from remit.web.accounts.models.parties import Engagement, Membership, Organisation
from remit.web.accounts.models.people import ApiToken, Invitation, User

__all__ = ["ApiToken", "Engagement", "Invitation", "Membership", "Organisation", "User"]
