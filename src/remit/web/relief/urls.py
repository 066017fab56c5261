"""Addresses of the relief room."""

from django.urls import path

from remit.web.relief import views

app_name = "relief"
_HERE = "engagements/<slug:engagement>/relief/"
_ONE = f"{_HERE}<int:claim>/"
urlpatterns = [
    path(_HERE, views.claims, name="claims"),
    path(f"{_HERE}new/", views.new, name="new"),
    path(_ONE, views.claim_page, name="claim"),
    path(f"{_ONE}progress/", views.progress, name="progress"),
    path(f"{_ONE}ask/", views.ask_claim, name="ask"),
    path(f"{_ONE}measure/", views.measure_claim, name="measure"),
    path(f"{_ONE}withdraw/", views.withdraw_claim, name="withdraw"),
    path(f"{_ONE}decide/", views.decide_claim, name="decide"),
]
