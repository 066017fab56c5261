"""The operation that pushes facts: a batch of records, on disk before it is acknowledged, landed like any load."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.performance.actions import start_load
from remit.web.performance.bridge.tables import KINDS, TABLE_NAMES
from remit.web.performance.pushing import Batch, export_of, faults_of
from remit.web.shared.api.problems import Faulty
from remit.web.shared.moments import now

router = Router(tags=["facts"])
MOST_RECORDS = 1_000

Table = Literal[TABLE_NAMES]  # type: ignore[valid-type]
Kind = Literal[KINDS]  # type: ignore[valid-type]
ColumnName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z][a-z0-9_]*$")]


class Pushed(Schema):
    """Records of one table."""

    records: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_RECORDS,
        description="Flat objects by the table's column names, all with the same columns; null where nothing is known. "
        "Instants carry their offset. Decimals may be numbers or strings.",
    )
    extra: dict[ColumnName, Kind] = Field(
        default_factory=dict,
        max_length=100,
        description="Columns of one's own and their kinds, as the contract's conditions read them. "
        "`updated_at: instant` says when a record was true at its source; without it, that is when the batch came.",
    )


class Accepted(Schema):
    """A batch that is on disk, and will land whatever becomes of the server."""

    load: int = Field(description="The load's number.")
    state: str
    records: int
    same_as: int | None = Field(description="The earlier load that brought the very same records; this one lands none.")


@router.post("/engagements/{slug:engagement}/facts/{table}", response={202: Accepted}, summary="Push facts")
@engagement_operation(Duty.LOAD_FACTS)
def push_facts(_request: HttpRequest, place: Place, table: Table, batch: Pushed) -> Any:
    """Up to 1,000 records of one table; 202 says that they are on disk.

    They land as a load, through the same checks as a file: rows that fail one wait in the load's quarantine. A batch
    whose shape is wrong is refused whole, and nothing of it is kept. Whoever gets no answer sends the batch again with
    the same Idempotency-Key.
    """
    given = Batch(table, batch.records, batch.extra)
    faults = faults_of(given)
    if faults:
        raise Faulty([(f"body.{where}", what) for where, what in faults])
    load = start_load(place.engagement, export_of(given), by=place.actor, at=now())
    told = {"load": load.pk, "state": load.state, "records": len(batch.records), "same_as": load.same_as_id}
    return Status(202, told)
