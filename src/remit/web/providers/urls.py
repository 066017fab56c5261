"""Addresses of the register of the parties."""

from django.urls import path

from remit.web.providers import views

app_name = "providers"
_HERE = "engagements/<slug:engagement>/sites"
urlpatterns = [
    path(f"{_HERE}/", views.sites, name="sites"),
    path(f"{_HERE}/add/", views.add_site, name="add_site"),
    path(f"{_HERE}/legal-ids/", views.legal_id, name="legal_id"),
    path(f"{_HERE}/<int:site>/", views.site, name="site"),
    path(f"{_HERE}/<int:site>/<slug:deed>/", views.turn_site, name="turn_site"),
]
