"""Rate cards: what the client pays, line by line, as a fixed amount or as volume × rate."""

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.money import Currency, Rounding
from remit.terms.notation import Identifier, Number, Rate, Term, read_list
from remit.terms.price_changes import Indexation

_NotNegative = Annotated[Number, Field(ge=0)]


def _read_columns(given: Any) -> Any:
    """No column, one, or a list of them."""
    return () if given is None else read_list(given)


_Columns = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(_read_columns),
    WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Volume(Term):
    """What is counted to be charged: records of a table, or the sum of one of its columns."""

    of: Identifier = Field(description="The fact table, e.g. `interactions`.")
    where: str | None = Field(None, description="Which of its rows, as an SQL condition on the table's columns.")
    at: Identifier | None = Field(
        None, description="The instant by which a row belongs to a month; the table's own time without it."
    )
    count: Literal["records"] | None = Field(None, description="`records`: each row counts once; so without `sum`.")
    sum: _Columns = Field(
        (), description="The column that is added up, e.g. `talk_seconds`, or several; an empty cell adds nothing."
    )
    places: int = Field(
        0, ge=0, le=4, description="Decimal places kept of a sum of decimals; whole numbers without it."
    )
    unit: int = Field(1, ge=1, description="How many of the column make one charged unit: 60 for minutes.")

    @model_validator(mode="after")
    def _records_or_sum(self) -> Self:
        if self.count is not None and self.sum:
            raise ValueError("a volume counts records or sums a column, not both; leave one of count and sum out")
        return self


class Basis(StrEnum):
    """What a line is paid by; each counts the facts that hold it."""

    FTE = "fte"
    SEAT = "seat"
    LOGIN_HOUR = "login hour"
    PRODUCTIVE_HOUR = "productive hour"
    HANDLED_MINUTE = "handled minute"
    TRANSACTION = "transaction"
    RESOLUTION = "resolution"
    OUTCOME = "outcome"
    COST = "cost"


_COUNTED_BY: Mapping[Basis, Mapping[str, Any]] = {
    Basis.FTE: {"of": "headcount", "sum": "fte", "places": 4},
    Basis.SEAT: {"of": "headcount", "sum": "seats"},
    Basis.LOGIN_HOUR: {"of": "agent_time", "sum": "worked_seconds", "unit": 3600},
    Basis.PRODUCTIVE_HOUR: {"of": "agent_time", "sum": ["available_seconds", "handling_seconds"], "unit": 3600},
    Basis.HANDLED_MINUTE: {
        "of": "interactions",
        "sum": ["talk_seconds", "hold_seconds", "after_contact_seconds"],
        "unit": 60,
    },
    Basis.TRANSACTION: {"of": "transactions", "at": "completed_at"},
    Basis.RESOLUTION: {"of": "cases", "at": "resolved_at"},
}
_BASES = (
    "What is paid: `fte` (headcount.fte), `seat` (headcount.seats), `login hour` (agent_time.worked_seconds), "
    "`productive hour` (available and handling seconds), `handled minute` (talk, hold and after-contact seconds), "
    "`transaction` (completed in the month), `resolution` (cases resolved in it), `outcome` (a `volume` says which), "
    "`cost` (the bills in passed_on_costs, passed on)."
)


class VolumeBand(Term):
    """A band of a volume and its rate a unit."""

    up_to: Number | None = Field(None, gt=0, description="The last unit of the band; the last band has none.")
    rate: Number = Field(ge=0, description="The rate a unit.")


class RateByColumn(Term):
    """A rate for each value of a column, such as the site; a delivered unit without one stops the run."""

    by: Identifier = Field(description="The column that decides, e.g. `site`.")
    map: Mapping[str, _NotNegative] = Field(min_length=1, description="Each value of the column and its rate a unit.")


class Baseline(Term):
    """ARC and RRC: the volume the fixed amount pays for, and what units beyond its dead-band cost or give back."""

    volume: Number = Field(gt=0, description="The units a month that the amount pays for.")
    deadband: Rate = Field(Decimal(0), ge=0, le=1, description="How far around it nothing changes: `10%`.")
    additional_charge: Number = Field(ge=0, description="What each unit above costs (ARC).")
    reduced_charge: Number = Field(ge=0, description="What each unit below gives back (RRC).")
    counted_from: Literal["edge", "baseline"] = Field(
        "edge", description="Beyond the dead-band, units are counted from its `edge`, or from the `baseline`."
    )


class YearMinimum(Term):
    """Units of a year that are paid whether they come or not, trued up in the year's last month."""

    volume: Number = Field(gt=0, description="The units of a whole year; by its days where the line has only a part.")
    rate: Number | None = Field(None, ge=0, description="What each missing unit costs; the line's rate without it.")
    year: Literal["contract", "calendar"] = Field("contract", description="Contract years, or calendar years.")


class ChargeLine(Term):
    """One line of the rate card: a fixed amount, a volume at a rate or in bands, or both around a baseline.

    A line may be written several times under one id, with days that do not overlap: its versions.
    """

    id: Identifier = Field(description="The line's name; credit terms refer to it.")
    name: str | None = Field(None, description="What both sides call it.")
    amount: Number | None = Field(None, ge=0, description="A fixed amount.")
    per: Literal["month", "year"] = Field(
        "month", description="The amount is a month's, or a year's in twelve equal parts."
    )
    prorate: Literal["days", "none"] = Field(
        "days", description="A month in which the line starts or ends is charged by its days, or whole (`none`)."
    )
    basis: Basis | None = Field(None, description=_BASES)
    where: str | None = Field(None, description="With a basis: which of its rows, as an SQL condition.")
    volume: Volume | None = Field(None, description="What is counted, where no basis says it.")
    rate: Number | None = Field(None, ge=0, description="The rate a unit.")
    rates: Mapping[DayTerm, _NotNegative] = Field(
        {}, description="Rates by the day from which each holds: `{2026-01-01: 0.42, 2026-07-01: 0.44}`."
    )
    rate_by: RateByColumn | None = Field(None, description="Rates by a column: `{by: site, map: {Krakow: 0.42}}`.")
    bands: tuple[VolumeBand, ...] = Field((), description="Bands of the volume, from the lowest up.")
    bands_apply: Literal["marginal", "whole"] = Field(
        "marginal", description="`marginal`: each unit at its own band's rate; `whole`: all at the one reached."
    )
    baseline: Baseline | None = Field(None, description="With amount and volume: ARC and RRC around a baseline.")
    minimum_volume: Number | None = Field(None, ge=0, description="Units charged at least, each period.")
    year_minimum: YearMinimum | None = Field(None, description="Units charged at least each year, by a true-up.")
    indexation: Indexation | None = Field(None, description="How amount and rates follow an index.")
    currency: Currency | None = Field(None, description="The line's currency; the contract's without it.")
    tax: Rate | None = Field(None, ge=0, le=1, description="The line's tax; that of `invoicing` without it.")
    pass_through: bool = Field(False, description="Costs passed on: invoiced, and never part of the credit base.")
    first_on: date | None = Field(None, alias="from", description="First day of the line.")
    last_on: date | None = Field(None, alias="to", description="Last day of the line, included.")
    rounding: Rounding = Field(Rounding(), description="How the line's amount is rounded, once.")

    @model_validator(mode="before")
    @classmethod
    def _counted_by_its_basis(cls, given: Any) -> Any:
        """A basis stands for the volume it counts, a cost for itself at its own price."""
        if not isinstance(given, dict) or given.get("volume") is not None or given.get("basis") not in list(Basis):
            return given
        basis, name = Basis(given["basis"]), str(given.get("id")).replace("'", "''")
        if basis is Basis.COST:
            volume: Mapping[str, Any] = {
                "of": "passed_on_costs",
                "sum": "amount",
                "places": 4,
                "where": f"charge = '{name}'",
            }
            given = {"rate": "1", **given, "pass_through": True}
        elif basis is Basis.OUTCOME:
            return given
        else:
            volume = _COUNTED_BY[basis]
        conditions = [f"({one})" for one in (volume.get("where"), given.get("where")) if one is not None]
        return {**given, "volume": {**volume, "where": " and ".join(conditions) or None}}

    @model_validator(mode="after")
    def _amount_or_volume(self) -> Self:
        if self.basis is Basis.OUTCOME and self.volume is None:
            raise ValueError("an outcome is what the contract says; write volume: {of: transactions, where: …}")
        if self.where is not None and self.basis in (None, Basis.OUTCOME):
            raise ValueError("where goes with a basis that counts records by itself; write it in the volume")
        if self.baseline is not None:
            return self._around_a_baseline()
        if (self.amount is None) == (self.volume is None):
            raise ValueError("a charge is a fixed amount or a volume with its rate, one of both; write amount: 400000")
        has_price = self.rate is not None or self.bands or self.rates or self.rate_by is not None
        if self.amount is not None and (has_price or self.minimum_volume is not None or self.year_minimum is not None):
            raise ValueError("rate, bands and minimum_volume go with a volume; a fixed amount has none of them")
        if self.volume is not None and self._prices != 1:
            raise ValueError("a volume needs a rate or bands, one of both; write rate: 1.25")
        return self

    @property
    def _prices(self) -> int:
        """In how many ways the line's price is written: one is right."""
        return sum((self.rate is not None, bool(self.bands), bool(self.rates), self.rate_by is not None))

    def _around_a_baseline(self) -> Self:
        if self.amount is None or self.volume is None or self._prices:
            raise ValueError("a baseline goes with an amount and a volume, without rate or bands; write both")
        if self.minimum_volume is not None or self.year_minimum is not None:
            raise ValueError("a baseline has its own lower edge; leave minimum_volume and year_minimum out")
        return self

    @model_validator(mode="after")
    def _minimums_fit_their_price(self) -> Self:
        if self.minimum_volume is not None and (self.rates or self.rate_by is not None):
            raise ValueError("which rate would units below the minimum have? write rate or bands with minimum_volume")
        if self.year_minimum is not None and self.year_minimum.rate is None and self.rate is None:
            raise ValueError("which rate would missing units have? write year_minimum: {volume: …, rate: …}")
        return self

    @model_validator(mode="after")
    def _bands_cover_all(self) -> Self:
        ends = [band.up_to for band in self.bands]
        if self.bands and (ends[-1] is not None or None in ends[:-1]):
            raise ValueError("the last band, and only it, has no up_to, so that every volume has a rate")
        for low, high in itertools.pairwise(end for end in ends if end is not None):
            if high <= low:
                raise ValueError(f"bands overlap: up to {low}, then up to {high}; each ends beyond the one before")
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.first_on is not None and self.last_on is not None and self.last_on < self.first_on:
            raise ValueError(f"the line ends {self.last_on}, before it starts {self.first_on}; swap from and to")
        return self

    def rate_on(self, day: date) -> Decimal | None:
        """The dated rate that holds on a day; None before the first."""
        begun = [start for start in self.rates if start <= day]
        return self.rates[max(begun)] if begun else None
