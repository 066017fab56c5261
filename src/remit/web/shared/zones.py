"""Time zones to choose from."""

from functools import cache
from zoneinfo import available_timezones

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "Factory", "posix", "right/")


@cache
def zone_choices() -> tuple[tuple[str, str], ...]:
    """The IANA zones of places, and UTC first."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NOT_PLACES))
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places))
