"""Addresses of fair figures."""

from django.urls import path

from remit.web.fairness.views import comparing, foreseeing, signalling

app_name = "fairness"
_IN = "engagements/<slug:engagement>"
_ONE = f"{_IN}/comparisons/<int:comparison>/"

urlpatterns = [
    path(f"{_IN}/comparisons/", comparing.comparisons, name="comparisons"),
    path(_ONE, comparing.one, name="comparison"),
    path(f"{_ONE}progress/", comparing.progress, name="comparison_progress"),
    path(f"{_IN}/forecast/", foreseeing.forecast, name="forecast"),
    path(f"{_IN}/forecast/progress/", foreseeing.progress, name="look_progress"),
    path(f"{_IN}/signals/", signalling.signals, name="signals"),
    path(f"{_IN}/signals/<int:signal>/", signalling.one, name="signal"),
    path(f"{_IN}/signals/<int:signal>/note/", signalling.note, name="note"),
]
