"""What people do about people: parties, invitations, seats, themselves."""

from remit.web.accounts.actions.invitations import Invited, Newcomer, Seat, accept, invite, invite_again, withdraw
from remit.web.accounts.actions.masking import mask_person, mask_value
from remit.web.accounts.actions.oneself import Profile, change_profile, end_session
from remit.web.accounts.actions.parties import Opening, add_organisation, open_engagement
from remit.web.accounts.actions.people import deactivate, name_administrator, reactivate, take_administration
from remit.web.accounts.actions.seats import change_role, end_membership, give_role

__all__ = [
    "Invited",
    "Newcomer",
    "Opening",
    "Profile",
    "Seat",
    "accept",
    "add_organisation",
    "change_profile",
    "change_role",
    "deactivate",
    "end_membership",
    "end_session",
    "give_role",
    "invite",
    "invite_again",
    "mask_person",
    "mask_value",
    "name_administrator",
    "open_engagement",
    "reactivate",
    "take_administration",
    "withdraw",
]
