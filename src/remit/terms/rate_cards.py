"""Rate cards: what the client pays, line by line, as a fixed amount or as volume × rate."""

import itertools
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from remit.terms.money import Rounding
from remit.terms.notation import Identifier, Number, Term


class Volume(Term):
    """What is counted to be charged: records of a table, or the sum of one of its columns."""

    of: Identifier = Field(description="The fact table, e.g. `interactions`.")
    where: str | None = Field(None, description="Which of its rows, as an SQL condition on the table's columns.")
    count: Literal["records"] | None = Field(None, description="`records`: each row counts once; so without `sum`.")
    sum: Identifier | None = Field(None, description="The whole-number column that is added up, e.g. `talk_seconds`.")
    unit: int = Field(1, ge=1, description="How many of the column make one charged unit: 60 for minutes.")

    @model_validator(mode="after")
    def _records_or_sum(self) -> Self:
        if self.count is not None and self.sum is not None:
            raise ValueError("a volume counts records or sums a column, not both; leave one of count and sum out")
        return self


class VolumeBand(Term):
    """A band of a volume and its rate a unit."""

    up_to: Number | None = Field(None, gt=0, description="The last unit of the band; the last band has none.")
    rate: Number = Field(ge=0, description="The rate a unit.")


class ChargeLine(Term):
    """One line of the rate card: a fixed amount, or a volume at a rate or in bands."""

    id: Identifier = Field(description="The line's name; credit terms refer to it.")
    name: str | None = Field(None, description="What both sides call it.")
    amount: Number | None = Field(None, ge=0, description="A fixed amount.")
    per: Literal["month", "year"] = Field(
        "month", description="The amount is a month's, or a year's in twelve equal parts."
    )
    prorate: Literal["days", "none"] = Field(
        "days", description="A month in which the line starts or ends is charged by its days, or whole (`none`)."
    )
    volume: Volume | None = Field(None, description="What is counted.")
    rate: Number | None = Field(None, ge=0, description="The rate a unit.")
    bands: tuple[VolumeBand, ...] = Field((), description="Bands of the volume, from the lowest up.")
    bands_apply: Literal["marginal", "whole"] = Field(
        "marginal", description="`marginal`: each unit at its own band's rate; `whole`: all at the one reached."
    )
    minimum_volume: Number | None = Field(None, ge=0, description="Units charged at least, each period.")
    pass_through: bool = Field(False, description="Costs passed on: invoiced, and never part of the credit base.")
    first_on: date | None = Field(None, alias="from", description="First day of the line.")
    last_on: date | None = Field(None, alias="to", description="Last day of the line, included.")
    rounding: Rounding = Field(Rounding(), description="How the line's amount is rounded, once.")

    @model_validator(mode="after")
    def _amount_or_volume(self) -> Self:
        if (self.amount is None) == (self.volume is None):
            raise ValueError("a charge is a fixed amount or a volume with its rate, one of both; write amount: 400000")
        if self.amount is not None and (self.rate is not None or self.bands or self.minimum_volume is not None):
            raise ValueError("rate, bands and minimum_volume go with a volume; a fixed amount has none of them")
        if self.volume is not None and (self.rate is None) == (not self.bands):
            raise ValueError("a volume needs a rate or bands, one of both; write rate: 1.25")
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
