"""Addresses of the settlements room."""

from django.urls import path

from remit.web.settlements.views import month, months

app_name = "settlements"
_IN = "engagements/<slug:engagement>/months"
_MONTH = f"{_IN}/<str:month>"

urlpatterns = [
    path(f"{_IN}/", months.months, name="months"),
    path(f"{_IN}/deadlines/", months.deadlines, name="deadlines"),
    path(f"{_MONTH}/", month.month_page, name="month"),
    path(f"{_MONTH}/propose/", month.propose_month, name="propose"),
    path(f"{_MONTH}/object/", month.object_to_month, name="object"),
    path(f"{_MONTH}/agree/", month.agree_to_month, name="agree"),
    path(f"{_MONTH}/close/", month.close_month, name="close"),
    path(f"{_MONTH}/remarks/", month.add_remark, name="remark"),
    path(f"{_MONTH}/evidence/<int:remark>/", month.evidence, name="evidence"),
]
