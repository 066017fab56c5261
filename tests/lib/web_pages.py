"""What the role walk opens pages with: a value for each argument that an address takes, valid or not."""

ARGUMENTS: dict[str, object] = {
    "answer": 999_999,
    "attachment": 999_999,
    "backtest": 999_999,
    "calendar": "us_support",
    "check": 999_999,
    "comparison": 999_999,
    "claim": 999_999,
    "day": "2026-03-05",
    "deed": "deactivate",
    "delivery": 999_999,
    "dimension": "site",
    "dispute": 999_999,
    "draft": 999_999,
    "duty": "forecast",
    "exclusion": 999_999,
    "file": "contract.yaml",
    "form": "csv",
    "invitation": 1,
    "invoice": 999_999,
    "job": 999_999,
    "key": "no-such-key",
    "level": "SL1",
    "line": 999_999,
    "load": 999_999,
    "month": "2025-03",
    "number": 1,
    "organisation": 1,
    "organization_slug": "northline",
    "packet": 999_999,
    "period": "2025-03",
    "person": 1,
    "picture": "0" * 64,
    "remark": 999_999,
    "report": 999_999,
    "seat": 1,
    "session": 1,
    "signal": 999_999,
    "site": 1,
    "table": "cases",
    "token": 999_999,
    "version": 1,
    "webhook": 999_999,
}
"""By the argument's name. The value need not exist: a door is tried before what lies behind it is looked for."""

EXAMPLES_OF_OTHERS = ("Southgate", "care-south", "south@example.org")
"""Words that nobody of the northern engagement may ever read."""

MOST_QUERIES = 30
"""What a page may ask of the database."""
