"""Addresses of people and parties."""

from django.urls import path

from remit.web.accounts.views import administration, audit, invitations, oneself, organisations, people

app_name = "accounts"
_HERE = "engagements/<slug:engagement>"
urlpatterns = [
    path(f"{_HERE}/people/", people.people, name="people"),
    path(f"{_HERE}/people/invite/", people.invite, name="invite"),
    path(f"{_HERE}/people/invitations/<int:invitation>/again/", people.invite_again, name="invite_again"),
    path(f"{_HERE}/people/invitations/<int:invitation>/withdraw/", people.withdraw, name="withdraw_invitation"),
    path(f"{_HERE}/people/<int:seat>/", people.seat, name="seat"),
    path(f"{_HERE}/people/<int:seat>/end/", people.end_seat, name="end_seat"),
    path(f"{_HERE}/audit/", audit.audit, name="audit"),
    path(f"{_HERE}/audit/export/", audit.audit_export, name="audit_export"),
    path(f"{_HERE}/audit/<int:number>/", audit.audit_entry, name="audit_entry"),
    path("account/profile/", oneself.profile, name="profile"),
    path("account/sessions/<int:session>/end/", oneself.end_session, name="end_session"),
    path("account/invitation/<str:key>/", invitations.accept, name="accept"),
    path("roles/", oneself.roles, name="roles"),
    path("people/", administration.everybody, name="everybody"),
    path("people/invite/", administration.offer, name="offer"),
    path("people/<int:person>/", administration.person, name="person"),
    path("people/<int:person>/mask/", administration.mask_person, name="mask_person"),
    path("people/<int:person>/<slug:deed>/", administration.change_person, name="change_person"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.add_organisation, name="add_organisation"),
    path("organisations/open/", organisations.open_engagement, name="open_engagement"),
    path("organisations/<int:organisation>/", organisations.organisation, name="organisation"),
    path("organisations/<int:organisation>/roles/<int:seat>/", organisations.wide_role, name="wide_role"),
    path("organisations/<int:organisation>/roles/<int:seat>/end/", organisations.end_wide_role, name="end_wide_role"),
    path("audit/", audit.whole_audit, name="whole_audit"),
    path("audit/export/", audit.whole_audit_export, name="whole_audit_export"),
    path("audit/<int:number>/", audit.whole_audit_entry, name="whole_audit_entry"),
    path("audit/<int:number>/mask/", audit.mask_value, name="mask_value"),
]
