"""Addresses of the home room."""

from django.urls import path

from remit.web.home import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("engagements/<slug:engagement>/", views.overview, name="engagement"),
    path("style/", views.style, name="style"),
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
