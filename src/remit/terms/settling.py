"""How a month is closed by both sides: who may object how long, what silence means, and where a dispute goes."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from remit.terms.durations import Duration, DurationTerm
from remit.terms.notation import Identifier, Term, read_list

RoleName = Literal[
    "bpo_manager",
    "quality_analyst",
    "planner",
    "finance",
    "procurement",
    "risk",
    "executive",
    "auditor",
    "account_manager",
    "operations_manager",
    "team_lead",
    "agent",
]
"""The roles people have in an engagement, by their names."""


class EscalationStep(Term):
    """Who is to settle a dispute that has been open so long."""

    after: DurationTerm = Field(description="How long after the dispute was raised, e.g. `5 business days`.")
    to: Annotated[tuple[RoleName, ...], BeforeValidator(read_list)] = Field(
        min_length=1, description="The roles it goes to, on both sides, e.g. `[bpo_manager, account_manager]`."
    )
    name: str | None = Field(None, description="What the contract calls the step, e.g. `Executive meeting`.")


class Settling(Term):
    """How the two sides close a month together.

    Figures are proposed, agreed by the other side or objected to, and closed. What comes later never changes a closed
    month: it is a restatement, settled in a month that is still open.
    """

    calendar: Identifier | None = Field(
        None, description="The calendar whose days count here; needed where a length below is in business time."
    )
    propose_within: DurationTerm | None = Field(
        None, description="How long after a month's end its figures are to be proposed, e.g. `5 business days`."
    )
    objection: DurationTerm | None = Field(
        None, description="How long the other side has to object to proposed figures, e.g. `10 business days`."
    )
    silence: Literal["agreed", "open"] = Field(
        "open", description="What it means that nobody objected in time: `agreed`, or the month stays `open`."
    )
    late_facts: Literal["next month", "final"] = Field(
        "next month",
        description="Facts and decisions that come after a month was closed: settled as a line of the `next month` "
        "that is proposed, or not at all, since a closed month is `final`.",
    )
    open_disputes: Literal["block", "allow"] = Field(
        "block", description="Whether an open dispute about a month keeps it from being closed."
    )
    escalation: Annotated[tuple[EscalationStep, ...], BeforeValidator(read_list)] = Field(
        (), description="Where an open dispute goes, step by step."
    )

    @model_validator(mode="after")
    def _silence_has_an_end(self) -> Self:
        if self.silence == "agreed" and self.objection is None:
            raise ValueError("silence can't agree without a time to object in; write objection: 10 business days")
        return self

    @model_validator(mode="after")
    def _lengths_are_some_time(self) -> Self:
        for _, length in self.lengths():
            if not length.seconds:
                raise ValueError(f"{length} is no time at all; write how long a side has")
        return self

    @model_validator(mode="after")
    def _steps_go_on(self) -> Self:
        for first, second in pairwise(self.escalation):
            if first.after.unit == second.after.unit and second.after.seconds <= first.after.seconds:
                raise ValueError(
                    f"a step after {second.after} follows one after {first.after}; write them in their order"
                )
        return self

    def lengths(self) -> tuple[tuple[tuple[str | int, ...], Duration], ...]:
        """Each length of time with its place below `settling`."""
        own = (("propose_within", self.propose_within), ("objection", self.objection))
        found = [((word,), length) for word, length in own if length is not None]
        steps = [(("escalation", index, "after"), step.after) for index, step in enumerate(self.escalation)]
        return (*found, *steps)
