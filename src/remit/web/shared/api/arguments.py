"""What operations are given in addresses and bodies, read in one way: a month, the number of something kept."""

from typing import Annotated

from pydantic import Field

MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"
"""From the year 1000 to 2999: whatever fits is a month of the calendar."""
Month = Annotated[str, Field(pattern=MONTH, description="A month, as 2026-03.")]
Number = Annotated[int, Field(ge=1, lt=2**63)]
"""A key of a table: what is larger would be a fault of the database."""
