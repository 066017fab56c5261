"""A month as addresses, bodies and forms give it."""

from typing import Annotated

from pydantic import Field

MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"
"""From the year 1000 to 2999: whatever fits is a month of the calendar."""
Month = Annotated[str, Field(pattern=MONTH, description="A month, as 2026-03.")]
