"""Addresses of the contracts room."""

from django.urls import path

from remit.web.contracts import views

app_name = "contracts"
_HERE = "engagements/<slug:engagement>/contract/"
urlpatterns = [
    path(_HERE, views.overview, name="overview"),
]
