"""Addresses of the finance room."""

from django.urls import path

from remit.web.finance import views

app_name = "finance"
_IN = "engagements/<slug:engagement>"

urlpatterns = [
    path(f"{_IN}/invoices/", views.invoices, name="invoices"),
    path(f"{_IN}/invoices/new/", views.new_invoice, name="new_invoice"),
    path(f"{_IN}/invoices/accruals/", views.accruals, name="accruals"),
    path(f"{_IN}/invoices/<int:invoice>/", views.invoice, name="invoice"),
    path(f"{_IN}/invoices/<int:invoice>/progress/", views.invoice_progress, name="invoice_progress"),
    path(f"{_IN}/invoices/<int:invoice>/file/", views.invoice_file, name="invoice_file"),
    path(f"{_IN}/invoices/<int:invoice>/accept/", views.accept_clean, name="accept_clean"),
    path(f"{_IN}/invoices/<int:invoice>/note/", views.note, name="note"),
    path(f"{_IN}/invoices/<int:invoice>/lines/<int:line>/", views.decide, name="decide"),
    path(f"{_IN}/pro-forma/<str:month>/", views.pro_forma, name="pro_forma"),
    path(f"{_IN}/pro-forma/<str:month>/pro-forma.<str:form>", views.pro_forma_file, name="pro_forma_file"),
]
