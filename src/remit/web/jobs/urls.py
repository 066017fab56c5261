"""Addresses of the jobs room."""

from django.urls import path

from remit.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.all_jobs, name="all"),
    path("jobs/<int:job>/", views.one_job, name="one"),
    path("jobs/<int:job>/begin-anew/", views.begin_anew, name="begin_anew"),
    path("jobs/<int:job>/call-off/", views.call_off, name="call_off"),
    path("engagements/<slug:engagement>/jobs/<int:job>/", views.progress, name="progress"),
    path("engagements/<slug:engagement>/jobs/<int:job>/call-off/", views.call_off_here, name="call_off_here"),
]
