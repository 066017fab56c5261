"""What a webhook can be told of: each kind of event with its sentence."""

from collections.abc import Mapping
from enum import StrEnum


class Event(StrEnum):
    """A kind of event; its value stands in the message as `type`."""

    PING = "ping"
    CONTRACT_PROPOSED = "contract.proposed"
    CONTRACT_AGREED = "contract.agreed"
    LOAD_ENDED = "load.ended"
    LOAD_WITHDRAWN = "load.withdrawn"
    MONTHS_MEASURED = "months.measured"
    SIGNALS_RAISED = "signals.raised"
    MONTH_PROPOSED = "month.proposed"
    MONTH_OBJECTED = "month.objected"
    MONTH_AGREED = "month.agreed"
    MONTH_CLOSED = "month.closed"
    MONTH_RESTATED = "month.restated"
    DISPUTE_RAISED = "dispute.raised"
    DISPUTE_ESCALATED = "dispute.escalated"
    DISPUTE_DECIDED = "dispute.decided"
    PACKET_MADE = "packet.made"
    INVOICE_MATCHED = "invoice.matched"
    EXCLUSION_ASKED = "exclusion.asked"
    EXCLUSION_DECIDED = "exclusion.decided"
    RELIEF_ASKED = "relief.asked"
    RELIEF_DECIDED = "relief.decided"


SENTENCES: Mapping[Event, str] = {
    Event.PING: "somebody tries the webhook",
    Event.CONTRACT_PROPOSED: "a version of the contract is proposed",
    Event.CONTRACT_AGREED: "both sides have approved a version of the contract",
    Event.LOAD_ENDED: "a load has landed, or was refused",
    Event.LOAD_WITHDRAWN: "a load was taken back",
    Event.MONTHS_MEASURED: "the months were measured anew",
    Event.SIGNALS_RAISED: "a look at the records found signals that are new",
    Event.MONTH_PROPOSED: "a month's figures are proposed",
    Event.MONTH_OBJECTED: "a side objects to a month's figures",
    Event.MONTH_AGREED: "both sides have agreed to a month's figures",
    Event.MONTH_CLOSED: "a month is closed",
    Event.MONTH_RESTATED: "later figures of a closed month make a restatement",
    Event.DISPUTE_RAISED: "a side raises a dispute",
    Event.DISPUTE_ESCALATED: "an open dispute goes on to the roles the contract names",
    Event.DISPUTE_DECIDED: "a dispute is decided",
    Event.PACKET_MADE: "a signed packet of a month was made",
    Event.INVOICE_MATCHED: "an invoice was matched with the contract, or could not be read",
    Event.EXCLUSION_ASKED: "somebody asks for records to be excluded",
    Event.EXCLUSION_DECIDED: "an exclusion was granted, refused or granted in part",
    Event.RELIEF_ASKED: "somebody asks for a month to be relieved, since its volume left the forecast",
    Event.RELIEF_DECIDED: "a relief was agreed or refused",
}

CHOSEN = tuple(event for event in Event if event is not Event.PING)
"""Those one chooses among; a ping is sent when asked for."""
