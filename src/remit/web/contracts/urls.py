"""Addresses of the contracts room."""

from django.urls import path

from remit.web.contracts import views

app_name = "contracts"
_HERE = "engagements/<slug:engagement>/contract/"
_DRAFT = f"{_HERE}drafts/<int:draft>/"
_FILE = f"{_DRAFT}files/<str:file>/"
_VERSION = f"{_HERE}versions/<int:version>/"
urlpatterns = [
    path(_HERE, views.overview, name="overview"),
    path(f"{_HERE}levels/", views.levels, name="levels"),
    path(f"{_HERE}levels/<str:level>/", views.level, name="level"),
    path(f"{_HERE}calendars/", views.calendars, name="calendars"),
    path(f"{_HERE}calendars/<str:calendar>/", views.calendar, name="calendar"),
    path(f"{_HERE}dates/", views.dates, name="dates"),
    path(f"{_HERE}compare/", views.compare, name="compare"),
    path(f"{_HERE}drafts/new/", views.new_draft, name="new"),
    path(_DRAFT, views.draft_page, name="draft"),
    path(f"{_DRAFT}propose/", views.propose_draft, name="propose"),
    path(f"{_DRAFT}discard/", views.discard_draft, name="discard"),
    path(f"{_DRAFT}files/", views.add_amendments, name="add"),
    path(f"{_DRAFT}amendment/", views.new_amendment, name="new_amendment"),
    path(_FILE, views.edit, name="edit"),
    path(f"{_FILE}lint/", views.lint, name="lint"),
    path(f"{_FILE}remove/", views.remove, name="remove"),
    path(f"{_FILE}words/", views.words, name="words"),
    path(_VERSION, views.version_page, name="version"),
    path(f"{_VERSION}approve/", views.approve_version, name="approve"),
    path(f"{_VERSION}reject/", views.reject_version, name="reject"),
    path(f"{_VERSION}withdraw/", views.withdraw_version, name="withdraw"),
    path(f"{_VERSION}draft/", views.redraft, name="redraft"),
    path(f"{_VERSION}archive.zip", views.archive, name="archive"),
    path(f"{_VERSION}files/<str:file>", views.document, name="document"),
]
