"""The accounts room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link, SiteLink
from remit.web.accounts.roles import Duty


class AccountsConfig(AppConfig):
    """People, organisations, engagements, roles, tokens."""

    name = "remit.web.accounts"
    label = "accounts"
    navigation = (
        Link(_("People"), "accounts:people", Duty.SEE_PEOPLE, Group.PARTIES, 10),
        Link(_("Audit"), "accounts:audit", Duty.SEE_AUDIT, Group.PARTIES, 30),
    )
    site_navigation = (
        SiteLink(_("Profile"), "accounts:profile", 10),
        SiteLink(_("Sessions"), "usersessions_list", 20),
        SiteLink(_("Second factor"), "mfa_index", 30),
        SiteLink(_("Tokens"), "tokens:mine", 40),
        SiteLink(_("Roles"), "accounts:roles", 50),
        SiteLink(_("People"), "accounts:everybody", 10, is_for_administrators=True),
        SiteLink(_("Organisations"), "accounts:organisations", 20, is_for_administrators=True),
        SiteLink(_("Audit trail"), "accounts:whole_audit", 40, is_for_administrators=True),
    )
    deeds = {  # noqa: RUF012  # read only, as Django's own
        "accounts.organisation_added": _("added an organisation"),
        "accounts.engagement_opened": _("opened an engagement"),
        "accounts.invited": _("invited somebody"),
        "accounts.invited_again": _("sent an invitation again"),
        "accounts.invitation_withdrawn": _("withdrew an invitation"),
        "accounts.invitation_accepted": _("took a seat by invitation"),
        "accounts.role_given": _("gave somebody a role in all engagements of an organisation"),
        "accounts.role_changed": _("changed a role"),
        "accounts.membership_ended": _("took a person out of an engagement"),
        "accounts.role_taken_back": _("took back a role in all engagements of an organisation"),
        "accounts.deactivated": _("deactivated a person"),
        "accounts.reactivated": _("reactivated a person"),
        "accounts.administrator_named": _("named an administrator"),
        "accounts.administration_taken": _("took back an administrator's rights"),
        "accounts.profile_changed": _("changed their own profile"),
        "accounts.session_ended": _("signed out one of their sessions"),
        "accounts.signed_in": _("signed in"),
        "accounts.sign_in_failed": _("failed to sign in"),
        "accounts.sign_on_refused": _("was refused after signing on elsewhere"),
        "accounts.sign_on_failed": _("came with an answer of an identity provider that was not believed"),
        "accounts.locked_out": _("was locked out after failed attempts"),
        "accounts.password_changed": _("changed their password"),
        "accounts.authenticator_app_added": _("added an authenticator app"),
        "accounts.authenticator_app_removed": _("removed the authenticator app"),
        "accounts.recovery_codes_made": _("made new recovery codes"),
        "accounts.passkey_added": _("added a passkey"),
        "accounts.passkey_removed": _("removed a passkey"),
        "accounts.value_masked": _("masked a personal value in the trail"),
        "accounts.person_masked": _("masked a person in the trail"),
    }
