"""Addresses of the back-tests room."""

from django.urls import path

from remit.web.backtests import views

app_name = "backtests"
_HERE = "engagements/<slug:engagement>/backtests/"
_ONE = f"{_HERE}<int:backtest>/"

urlpatterns = [
    path(_HERE, views.every, name="all"),
    path(f"{_HERE}new/", views.new, name="new"),
    path(_ONE, views.one, name="one"),
    path(f"{_ONE}progress/", views.progress, name="progress"),
    path(f"{_ONE}back-test.<str:form>", views.document, name="document"),
]
