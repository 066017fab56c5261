"""The end of a sign-on by SAML."""

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml.utils import get_app_or_404
from allauth.socialaccount.providers.saml.views import finish_acs
from django.http import HttpRequest, HttpResponse
from onelogin.saml2.errors import OneLogin_Saml2_Error

from remit.web.accounts.doors import open_page


@open_page()
def saml_finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """In, or not. The library trips over what is no XML at all: that too is an answer that is not believed."""
    try:
        answer: HttpResponse = finish_acs(request, organization_slug=organization_slug)
    except (SyntaxError, ValueError, OneLogin_Saml2_Error) as fault:
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        told = {"saml_last_error_reason": f"can't be read: {type(fault).__name__}"}
        answer = render_authentication_error(request, provider, extra_context=told)
    return answer
