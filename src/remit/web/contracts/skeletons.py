"""First pages to fill in: a contract and an amendment with the words that every one of them needs."""

from remit.web.accounts.models import Engagement


def contract_skeleton(engagement: Engagement) -> str:
    """A contract of an engagement's own id and parties; its example level is to be replaced."""
    return f"""\
# {_comment(engagement.name)}: every number the two sides agree on stands here once, with its clause.
remit: 1
contract:
  id: {_quoted(engagement.contract_id)}
  client: {_quoted(engagement.client.name)}
  provider: {_quoted(engagement.provider.name)}
term: {{from: , to: }}
time_zone:
currency:

calendars:
  desk:
    time_zone:
    week: {{mon-fri: "09:00-17:00"}}
    closed: []

clocks:
  resolution: {{of: cases, calendar: desk, starts: opened_at, stops: {{status: [Resolved]}}}}

service_levels:
  SL1:
    name:
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 8 business hours}}
    expected:
    minimum:
    low_volume: {{below: 20, then: not_measured}}
"""


def amendment_skeleton(engagement: Engagement, name: str) -> str:
    """An amendment to an engagement's contract, called after its file."""
    stem = name.rpartition(".")[0]
    return f"""\
remit: 1
amendment:
  id: {_quoted(_identifier(stem))}
  to: {_quoted(engagement.contract_id)}
  from:
  title: {_quoted(f"Amendment {stem}")}
change:
  # service_levels.SL1.expected: 96%
"""


def _identifier(stem: str) -> str:
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in stem)
    return kept if kept[:1].isalpha() else f"A-{kept}"


def _quoted(text: str) -> str:
    """Text as YAML reads it back, whatever stands in it."""
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def _comment(text: str) -> str:
    return " ".join(text.split())
