"""Countries by their ISO 3166 codes, as the locked tzdata package names them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def countries() -> Mapping[str, str]:
    """The English name of each country by its two letters, ordered by name."""
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return dict(sorted(((code, name) for code, name in rows), key=lambda row: row[1]))


def country_choices() -> list[tuple[str, str]]:
    """The countries as a form's choices, with none first."""
    return [("", "—"), *countries().items()]
