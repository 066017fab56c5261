"""The reference page of webhooks names every event in the words of the pages."""

from pathlib import Path

import pytest

from remit.web.connections.events import SENTENCES, Event

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "webhooks.md"


@pytest.mark.parametrize("event", list(Event))
def test_an_event_stands_on_the_reference_page(event: Event) -> None:
    assert f"| `{event}` | {SENTENCES[event]} |" in PAGE.read_text()
