"""The pictures that people look at first, drawn with the savings, so that a page finds them there."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from remit.web.benefits.bridge.showing import pictures
from remit.web.performance.bridge.pictures import chart_text, draw


def draw_pictures(engagement_id: int, told: Mapping[str, Any]) -> None:
    """Draw the waterfalls of all months and of each year in every language of the site."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for chart in pictures(told):
                draw(engagement_id, chart_text(chart))
