"""Addresses of the packets room."""

from django.urls import path

from remit.web.packets import views

app_name = "packets"
_IN = "engagements/<slug:engagement>/packets"

urlpatterns = [
    path(f"{_IN}/", views.packets, name="packets"),
    path(f"{_IN}/make/", views.make, name="make"),
    path(f"{_IN}/verify/", views.verify, name="verify"),
    path(f"{_IN}/verify/<int:check>/", views.check, name="check"),
    path(f"{_IN}/verify/<int:check>/progress/", views.check_progress, name="check_progress"),
    path(f"{_IN}/<int:packet>/", views.packet, name="packet"),
    path(f"{_IN}/<int:packet>/progress/", views.progress, name="progress"),
    path(f"{_IN}/<int:packet>/packet.zip", views.packet_file, name="file"),
    path(".well-known/remit-packet-key", views.public_key, name="public_key"),
]
