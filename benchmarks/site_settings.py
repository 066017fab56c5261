"""The site's own settings, with one more page: an empty one to measure the others by."""

from remit.web.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.site_urls"
