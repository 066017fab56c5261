"""The clock, for doors only: pages, the API, commands and jobs read it here and hand the instant on."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the one place in the records that reads the clock
