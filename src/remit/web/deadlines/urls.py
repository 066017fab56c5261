"""Addresses of the deadlines room."""

from django.urls import path

from remit.web.deadlines import views

app_name = "deadlines"
_IN = "engagements/<slug:engagement>/deadlines"

urlpatterns = [
    path(f"{_IN}/", views.listed, name="listed"),
    path(f"{_IN}/follow/", views.follow_by_calendar, name="follow"),
    path(f"{_IN}/deadlines.ics", views.file, name="file"),
    path(f"{_IN}/followed.ics", views.feed, name="feed"),
]
