"""Addresses of the issues room."""

from django.urls import path

from remit.web.issues import views

app_name = "issues"
_IN = "engagements/<slug:engagement>/disputes"
_ONE = f"{_IN}/<int:dispute>"

urlpatterns = [
    path(f"{_IN}/", views.disputes, name="disputes"),
    path(f"{_IN}/new/", views.new_dispute, name="new"),
    path(f"{_ONE}/", views.dispute_page, name="dispute"),
    path(f"{_ONE}/answer/", views.answer_dispute, name="answer"),
    path(f"{_ONE}/mediation/", views.note_mediation, name="mediation"),
    path(f"{_ONE}/records/", views.name_records, name="records"),
    path(f"{_ONE}/decide/", views.decide_dispute, name="decide"),
    path(f"{_ONE}/withdraw/", views.withdraw_dispute, name="withdraw"),
    path(f"{_ONE}/evidence/<int:answer>/", views.evidence, name="evidence"),
]
