"""Every address of the site: each subject has its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("remit.web.home.urls")),
    path("account/", include("allauth.urls")),
    path("", include("remit.web.accounts.token_urls")),
    path("", include("remit.web.jobs.urls")),
    path("api/", include("remit.web.api")),
    path("", include("remit.web.contracts.urls")),
]
