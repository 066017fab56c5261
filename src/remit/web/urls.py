"""Every address of the site: each subject has its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("remit.web.home.urls")),
    path("", include("remit.web.accounts.urls")),
    path("account/", include("remit.web.accounts.way_in")),
    path("", include("remit.web.accounts.token_urls")),
    path("", include("remit.web.jobs.urls")),
    path("", include("remit.web.providers.urls")),
    path("", include("remit.web.connections.urls")),
    path("api/", include("remit.web.api")),
    path("", include("remit.web.deadlines.urls")),
    path("", include("remit.web.contracts.urls")),
    path("", include("remit.web.exclusions.urls")),
    path("", include("remit.web.relief.urls")),
    path("", include("remit.web.performance.urls")),
    path("", include("remit.web.settlements.urls")),
    path("", include("remit.web.backtests.urls")),
    path("", include("remit.web.issues.urls")),
    path("", include("remit.web.packets.urls")),
    path("", include("remit.web.finance.urls")),
    path("", include("remit.web.benefits.urls")),
    path("", include("remit.web.reported.urls")),
    path("", include("remit.web.fairness.urls")),
]
