"""Addresses of the savings room."""

from django.urls import path

from remit.web.benefits import views

app_name = "benefits"
_HERE = "engagements/<slug:engagement>/benefits/"

urlpatterns = [
    path(_HERE, views.savings, name="savings"),
    path(f"{_HERE}progress/", views.progress, name="progress"),
    path(f"{_HERE}measure/", views.measure, name="measure"),
    path(f"{_HERE}savings.<str:form>", views.document, name="document"),
    path(f"{_HERE}papers/", views.papers, name="papers"),
    path(f"{_HERE}papers/case/new/", views.new_case, name="new_case"),
    path(f"{_HERE}papers/costs/new/", views.new_costs, name="new_costs"),
    path(f"{_HERE}papers/costs/own-costs.csv", views.costs_as_they_stand, name="costs_as_they_stand"),
    path(f"{_HERE}papers/case/<int:number>/file/", views.case_file, name="case_file"),
    path(f"{_HERE}papers/costs/<int:number>/file/", views.costs_file, name="costs_file"),
    path(f"{_HERE}<str:period>/", views.period, name="period"),
]
