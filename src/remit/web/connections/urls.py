"""Addresses of the connections room."""

from django.urls import path

from remit.web.connections import views

app_name = "connections"
_HERE = "engagements/<slug:engagement>/webhooks/"
urlpatterns = [
    path(_HERE, views.webhooks, name="webhooks"),
    path(f"{_HERE}<int:webhook>/", views.webhook, name="webhook"),
    path(f"{_HERE}<int:webhook>/ping/", views.ping, name="ping"),
    path(f"{_HERE}<int:webhook>/secret/", views.renew_secret, name="renew_secret"),
    path(f"{_HERE}<int:webhook>/remove/", views.remove, name="remove"),
    path(f"{_HERE}<int:webhook>/deliveries/<int:delivery>/again/", views.send_again, name="send_again"),
]
