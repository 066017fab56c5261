"""Addresses of the exclusions room."""

from django.urls import path

from remit.web.exclusions.views import asking, deciding, duties, reading

app_name = "exclusions"
_HERE = "engagements/<slug:engagement>/exclusions/"
_ONE = f"{_HERE}<int:exclusion>/"
_DUTIES = "engagements/<slug:engagement>/duties/"
_DUTY = f"{_DUTIES}<str:duty>/<str:day>/"
urlpatterns = [
    path(_HERE, reading.requests, name="requests"),
    path(f"{_HERE}new/", asking.new, name="new"),
    path(f"{_HERE}agreed.csv", reading.agreed_file, name="agreed"),
    path(_ONE, reading.request_page, name="request"),
    path(f"{_ONE}progress/", reading.progress, name="progress"),
    path(f"{_ONE}files/<int:attachment>/", reading.evidence_file, name="evidence"),
    path(f"{_ONE}comment/", asking.comment, name="comment"),
    path(f"{_ONE}attach/", asking.attach_files, name="attach"),
    path(f"{_ONE}withdraw/", asking.withdraw_request, name="withdraw"),
    path(f"{_ONE}effect/", deciding.work_out, name="effect"),
    path(f"{_ONE}decide/", deciding.decide_request, name="decide"),
    path(_DUTIES, duties.listed, name="duties"),
    path(_DUTY, duties.one, name="duty"),
    path(f"{_DUTY}note/", duties.note, name="note_duty"),
    path(f"{_DUTY}relief/", duties.relief, name="relief"),
]
