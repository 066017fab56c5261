"""From exact drafts to lines in whole cents: rounding, sharing out, cutting to a cap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.drafts import Draft
from remit.performance.service_credits.factors import cited
from remit.performance.service_credits.statements import CreditLine, LineKind, Step
from remit.terms.credit_terms import SameIncident
from remit.terms.money import Rounding, RoundingMode


@dataclass(slots=True)
class Priced:
    """A draft in whole steps of the currency (cents), with what became of it on the way to the statement."""

    draft: Draft
    steps: int
    uncapped: int
    said: list[str] = field(default_factory=list)
    trace: list[Step] = field(default_factory=list)

    def line(self, rounding: Rounding, *, clause: str | None) -> CreditLine:
        """The statement's line; bonuses turn negative here. `clause` is the one around all models."""
        draft, sign = self.draft, -1 if self.draft.kind is LineKind.BONUS else 1
        clause = draft.clause or clause
        amount = written(sign * self.steps, rounding)
        result = f"{draft.subject}: {draft.formula} = {written(self.uncapped, rounding):,f}"
        to_whom = ", a bonus to the provider" if draft.kind is LineKind.BONUS else ""
        return CreditLine(
            service_level=draft.service_level,
            amount=amount,
            reason="".join([result, *self.said, to_whom, cited(clause)]),
            trace=(*draft.trace, *self.trace, Step("amount", f"{amount:,f}", clause or "as computed")),
            clause=clause,
            kind=draft.kind,
            uncapped=written(sign * self.uncapped, rounding),
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap as it stands this month: the most it leaves room for, and its words. None: no cap can be computed."""

    amount: Fraction | None
    words: str


def priced(drafts: Sequence[Draft], rounding: Rounding) -> list[Priced]:
    """Each draft rounded once, as the contract says; a bundle is rounded as one amount and shared out exactly."""
    steps = [steps_of(draft.amount, rounding) for draft in drafts]
    for bundle in {draft.bundle for draft in drafts if draft.bundle}:
        members = [index for index, draft in enumerate(drafts) if draft.bundle == bundle]
        exact = [drafts[index].amount for index in members]
        shared = apportioned(exact, steps_of(sum(exact, Fraction(0)), rounding))
        for index, share in zip(members, shared, strict=True):
            steps[index] = share
    return [Priced(draft, count, count) for draft, count in zip(drafts, steps, strict=True)]


def apportioned(weights: Sequence[Fraction | int], total: int) -> list[int]:
    """A whole number shared out by weights, so that the shares add up to it: largest remainders get the rest.

    No share exceeds its exact value by a whole step; equal remainders go by the order given. Weights are not
    negative and not all 0.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    exact = [Fraction(weight) * total / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def cut(lines: Sequence[Priced], limit: Limit, rounding: Rounding) -> str | None:
    """Scales lines down so that together they stay within a cap; the cap's words where it bit.

    The cap is rounded down to a whole step: credits never pass it, not by a cent.
    """
    if limit.amount is None:
        return None
    room = max(0, steps_of(limit.amount, Rounding(places=rounding.places, mode=RoundingMode.DOWN)))
    total = sum(line.steps for line in lines)
    if total <= room:
        return None
    cap = f"{written(room, rounding):,f}"
    verb = "capped at" if sum(line.steps > 0 for line in lines) == 1 else "scaled to"
    for line, steps in zip(lines, apportioned([line.steps for line in lines], room), strict=True):
        if steps == line.steps:
            continue
        line.steps = steps
        tail = "" if verb == "capped at" else f" within the cap of {cap}"
        line.said.append(f", {verb} {written(steps, rounding):,f}{tail} ({limit.words})")
        line.trace.append(Step("cap", cap, limit.words))
    return f"{limit.words}: {cap}"


def keep_one_credit(lines: Sequence[Priced], incident: SameIncident) -> None:
    """Of the credits that one incident brought on several levels, one counts; the others stay on the statement at 0.

    The picked level's credit where the client picked one that has a credit, else the largest; all of a level's own
    lines (several windows) stand together.
    """
    concerned = [line for line in lines if line.draft.service_level in incident.levels and line.steps]
    concerned = [line for line in concerned if line.draft.kind is LineKind.CREDIT]
    totals: dict[str, int] = {}
    for line in concerned:
        totals[line.draft.service_level] = totals.get(line.draft.service_level, 0) + line.steps
    if incident.credit == "all" or len(totals) < 2:
        return
    is_picked = incident.credit == "picked" and incident.picked in totals
    kept = incident.picked if is_picked else max(totals, key=lambda name: totals[name])
    rule = f"the one the client picked ({kept})" if is_picked else f"the largest ({kept})"
    for line in concerned:
        if line.draft.service_level != kept:
            line.steps = 0
            line.said.append(f", not credited: of one incident's credits only {rule} counts{cited(incident.clause)}")
            line.trace.append(Step("one incident", str(kept), f"only {rule} counts"))


def steps_of(amount: Fraction, rounding: Rounding) -> int:
    """An amount in whole steps of the currency, rounded."""
    return int(rounding.apply(amount).scaleb(rounding.places))


def written(steps: int, rounding: Rounding) -> Decimal:
    """Whole steps as an amount: 1050 steps of a cent are 10.50."""
    return Decimal(steps).scaleb(-rounding.places)
