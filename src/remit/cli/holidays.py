"""`remit holidays`: public holidays as dates to write into a contract, so that no later feed can change a figure."""

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples

if TYPE_CHECKING:
    from holidays import HolidayBase

_YEARS = re.compile(r"(?P<first>\d{4})(-(?P<last>\d{4}))?")
_ENGLISH = ("en_US", "en_GB", "en")


@click.command(
    "holidays",
    cls=WithExamples,
    examples="""
    remit holidays US 2026 2027
    remit holidays DE BY 2026-2028
    remit holidays "United Kingdom" Scotland 2026 >> calendars.yaml
    """,
)
@click.argument("country")
@click.argument("region_and_years", metavar="[REGION] YEAR…", nargs=-1, required=True)
@click.option("--language", help="The language of the names, e.g. de; English where there is one, if not given.")
def command(*, country: str, region_and_years: tuple[str, ...], language: str | None) -> None:
    """Print the public holidays of a COUNTRY as list lines to paste under a calendar's `closed:`.

    They are a proposal: read them, strike what your contract doesn't keep, and write the rest into the contract. A
    day on which a holiday is kept because it falls on a weekend is marked "observed".
    """
    region, years = _region_and_years(region_and_years)
    code = _country_code(country)
    region_code = _region_code(code, region) if region is not None else None
    named = _holidays(code, region_code, years, language)
    if not named:
        raise click.ClickException(f"no public holidays are known for {country} in these years")
    for day, name in named:
        click.echo(f"- {day}  # {name}")


def _region_and_years(words: tuple[str, ...]) -> tuple[str | None, list[int]]:
    """The region, if the first word is none of the years, and the years: 2026, or 2026-2028."""
    region = None if _YEARS.fullmatch(words[0]) else words[0]
    texts = words if region is None else words[1:]
    if not texts:
        raise click.BadParameter("give at least one year, e.g. 2026", param_hint="YEAR")
    years: set[int] = set()
    for text in texts:
        found = _YEARS.fullmatch(text)
        if found is None:
            raise click.BadParameter(f"{text!r} is not a year; write 2026 or 2026-2028", param_hint="YEAR")
        first, last = int(found["first"]), int(found["last"] or found["first"])
        if last < first or last - first > 50:
            raise click.BadParameter(f"{text!r} is not a range of years; write the earlier first", param_hint="YEAR")
        years.update(range(first, last + 1))
    return region, sorted(years)


def _country_code(given: str) -> str:
    """The two letters of a country given by them, by three letters or by its name."""
    from holidays.registry import COUNTRIES

    codes: dict[str, str] = {}
    for module, (_, code, *others) in COUNTRIES.items():
        codes |= {word.casefold(): code for word in (module.replace("_", " "), code, *others)}
    word = " ".join(given.replace("_", " ").split()).casefold()
    if word in codes:
        return codes[word]
    near = get_close_matches(word, [name for name in codes if len(name) > 3], n=3)
    hint = f"did you mean {_listed(name.title() for name in near)}?" if near else "write a code like US or DE"
    raise click.BadParameter(f"no holidays are known for {given!r}; {hint}", param_hint="COUNTRY")


def _region_code(country: str, given: str) -> str:
    """A region's code in its country, given by it or by one of its names."""
    from holidays import country_holidays

    known = country_holidays(country)
    codes = {code: code for code in known.subdivisions}
    for code, names in known.get_subdivision_aliases().items():
        codes |= dict.fromkeys(names, code)
    names_said = {name.casefold(): name for name in codes}
    word = given.strip().casefold()
    if word in names_said:
        return codes[names_said[word]]
    if not codes:
        raise click.BadParameter(f"{country} has no regions with holidays of their own", param_hint="REGION")
    near = get_close_matches(word, names_said, n=2)
    meant = f"did you mean {_listed(names_said[name] for name in near)}? " if near else ""
    raise click.BadParameter(
        f"{country} has no region {given!r}; {meant}it has: {', '.join(known.subdivisions)}", param_hint="REGION"
    )


def _listed(words: Iterator[str]) -> str:
    return " or ".join(dict.fromkeys(words))


def _holidays(country: str, region: str | None, years: list[int], language: str | None) -> list[tuple[date, str]]:
    from holidays import country_holidays

    known = country_holidays(country)
    spoken = _language(known, country, language)
    every, on_their_day = (
        country_holidays(country, subdiv=region, years=years, observed=observed, language=spoken)
        for observed in (True, False)
    )
    named = []
    for day, name in sorted(every.items()):
        is_moved = day not in on_their_day and "observed" not in name.casefold()
        if day.year in years:
            named.append((day, f"{name} (observed)" if is_moved else name))
    return named


def _language(known: "HolidayBase", country: str, asked: str | None) -> str | None:
    """The language asked for, else English where there is one: never the machine's own, which differs by machine."""
    spoken = known.supported_languages
    if asked is None:
        return next((one for one in _ENGLISH if one in spoken), known.default_language)
    if asked not in spoken:
        there_are = f"there are: {', '.join(spoken)}" if spoken else "they have one language only"
        raise click.BadParameter(
            f"the names of {country}'s holidays are not in {asked!r}; {there_are}", param_hint="--language"
        )
    return asked
