"""The contract: parties, term, calendars, clocks, service levels, credits, charges and duties, in one value."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from remit.terms.calendars import Calendar, DayTerm, TimeZoneName
from remit.terms.clocks import Clock
from remit.terms.credit_terms import CreditTerms
from remit.terms.forecasting import ForecastTerms
from remit.terms.invoicing import InvoicingTerms
from remit.terms.money import Currency
from remit.terms.notation import Identifier, Rate, Term, read_list, read_whole
from remit.terms.obligations import Obligation, Renewal
from remit.terms.periods import Period
from remit.terms.price_changes import ExchangeRule, PriceIndex
from remit.terms.rate_cards import ChargeLine
from remit.terms.service_levels import Exclusion, ScorecardTerms, ServiceLevel
from remit.terms.settling import Settling


class Parties(Term):
    """Who agreed what with whom, and under which document."""

    id: Identifier = Field(description="The contract's own number, e.g. `MSA-2026-014`.")
    client: str = Field(description="The party that hands work over.")
    provider: str = Field(description="The party that does the work.")
    title: str | None = Field(None, description="The document's title.")
    kind: Literal["master agreement", "statement of work"] = Field(
        "statement of work", description="`master agreement` or `statement of work`."
    )
    under: str | None = Field(None, description="The master agreement a statement of work stands under.")
    signed_on: DayTerm | None = Field(None, description="The day of the last signature.")


class TermOfContract(Term):
    """The days the contract runs: both the first and the last are in it."""

    first_on: DayTerm = Field(alias="from", description="First day.")
    last_on: DayTerm = Field(alias="to", description="Last day, included.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.last_on < self.first_on:
            raise ValueError(f"the term ends {self.last_on}, before it starts {self.first_on}; swap from and to")
        return self


class FactTerms(Term):
    """Which records are evidence, and how good they must be."""

    quarantine_limit: Rate | None = Field(
        None, ge=0, le=1, description="The share of rows in quarantine above which nothing is settled."
    )
    dimensions: Annotated[tuple[Identifier, ...], BeforeValidator(read_list)] = Field(
        (), description="The columns by which results may be split, e.g. `[site, queue]`."
    )
    columns: Mapping[str, Mapping[Identifier, Literal["text", "integer", "decimal", "flag", "instant"]]] = Field(
        {}, description="Columns beyond the built-in ones that the facts bring, by table, with their kind."
    )
    personal: Mapping[str, Annotated[tuple[Identifier, ...], BeforeValidator(read_list)]] = Field(
        {}, description="Columns that say something of people, by table, beside the built-in ones that name them."
    )


class Contract(Term):
    """Format 1 of the contract file: the file is the exhibit."""

    format: Annotated[Literal[1], BeforeValidator(read_whole)] = Field(
        alias="remit", description="The format's version: 1."
    )
    contract: Parties = Field(description="The parties and the document.")
    term: TermOfContract = Field(description="The days the contract runs.")
    time_zone: TimeZoneName = Field(description="The zone of months, weeks and dates in this contract (IANA name).")
    tzdata: str | None = Field(None, description="The release of time zone rules both sides agreed on, e.g. `2026a`.")
    currency: Currency = Field(description="The currency of all money in it (ISO 4217).")
    calendars: Mapping[Identifier, Calendar] = Field({}, description="Opening hours by name; `always` needs no entry.")
    facts: FactTerms = Field(
        FactTerms(), description="The evidence: dimensions, further columns, and the quarantine limit."
    )
    clocks: Mapping[Identifier, Clock] = Field({}, description="Clocks by name.")
    exclusions: tuple[Exclusion, ...] = Field((), description="Records left out, and time that stops clocks.")
    service_levels: Mapping[Identifier, ServiceLevel] = Field(
        min_length=1, description="Service levels by their id, e.g. `SL1`."
    )
    credits: CreditTerms | None = Field(None, description="Service credits, earn-back and bonus.")
    charges: tuple[ChargeLine, ...] = Field((), description="What the client pays, line by line.")
    indexes: Mapping[Identifier, PriceIndex] = Field({}, description="Published indexes that rates follow, by name.")
    currencies: Mapping[Currency, ExchangeRule] = Field(
        {}, description="How lines priced in another currency become the contract's, by currency."
    )
    invoicing: InvoicingTerms = Field(InvoicingTerms(), description="What an invoice must bear, and its tax.")
    obligations: tuple[Obligation, ...] = Field((), description="Duties of either side.")
    renewal: Renewal | None = Field(None, description="Renewal and notice.")
    settling: Settling | None = Field(None, description="How both sides close a month, and where disputes go.")
    forecast: ForecastTerms | None = Field(None, description="The band of the forecast, and what it excuses.")
    scorecard: ScorecardTerms | None = Field(None, description="One score out of several levels.")
    amended_inside_period: Literal["start", "end", "by_record"] = Field(
        "start",
        description="A change inside a period: `start`: the terms of its first day hold to its end; `end`: those of "
        "its last day hold from its start; `by_record`: each record is measured by the terms of its day, the sum "
        "judged by the last. By the last also everything is measured that is no sum over days (a median, a percentile, "
        "a backlog, a volume, a throughput, attrition), or whose records' day is when they fall due, or is another one "
        "by the clock's new terms.",
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def id(self) -> str:
        return self.contract.id

    @property
    def term_period(self) -> Period:
        """The term as a half-open period."""
        return Period(self.term.first_on, self.term.last_on + timedelta(days=1))
