"""Addresses of the two sets of books."""

from django.urls import path

from remit.web.reported import views

app_name = "reported"
_IN = "engagements/<slug:engagement>/reported"

urlpatterns = [
    path(f"{_IN}/", views.months, name="months"),
    path(f"{_IN}/progress/<int:report>/", views.progress, name="progress"),
    path(f"{_IN}/<str:month>/", views.month, name="month"),
    path(f"{_IN}/<str:month>/give/", views.give, name="give"),
]
