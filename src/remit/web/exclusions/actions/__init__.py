"""What people do about exclusions and about the duties of the contract."""

from remit.web.exclusions.actions.asking import Asked, GivenFile, ask, attach, say, withdraw
from remit.web.exclusions.actions.deciding import Decision, ask_for_effect, decide
from remit.web.exclusions.actions.duties import Met, ask_for_relief, note_duty

__all__ = [
    "Asked",
    "Decision",
    "GivenFile",
    "Met",
    "ask",
    "ask_for_effect",
    "ask_for_relief",
    "attach",
    "decide",
    "note_duty",
    "say",
    "withdraw",
]
