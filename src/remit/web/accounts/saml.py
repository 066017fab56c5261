"""Sign-on by SAML: a signed answer counts for the one request it answers, in the browser that asked, and for this site.

What an identity provider signs is the assertion; what stands around it anybody can write. The library takes one that
names no request and no audience: caught on its way, or made for another site, it could be put into an answer to
somebody else's request.
"""

from collections.abc import Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from lxml import etree

_NAMES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
_ASKED = ".//saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
_AUDIENCE = ".//saml:Assertion/saml:Conditions/saml:AudienceRestriction/saml:Audience"
_FOR_ANOTHER_REQUEST = "answers another request"

_WORDS: Mapping[str, Any] = {
    "is not signed": _("Its answer is not signed."),
    "No Signature found": _("Its answer is not signed."),
    "Signature validation failed": _("Its answer is not signed with the certificate that was agreed."),
    "SubjectConfirmation": _("Its answer is for another request or another address, or it came too late. Begin again."),
    "expired": _("Its answer has expired. Begin again; if that does not help, one of the two clocks is wrong."),
    "not yet valid": _("Its answer is not valid yet: one of the two clocks is wrong."),
    "audience": _("Its answer is meant for another site."),
    "Invalid issuer": _("Its answer comes from another identity provider."),
    _FOR_ANOTHER_REQUEST: _("Its answer was used before, or somebody else asked for it. Begin again in this browser."),
}
"""What readers are told, by a part of the library's own reason."""


def in_words(reason: str) -> str:
    """Why an answer is not believed, in a sentence; empty where only the general one helps."""
    return next((str(sentence) for part, sentence in _WORDS.items() if part in reason), "")


class OneAnswerOneRequest(SAMLProvider):  # type: ignore[misc]
    """A SAML provider whose signed assertion itself must say which request it answers and whom it is for."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """Who the answer says it is; refuses an assertion signed for another request, or for no site in particular."""
        answer = etree.fromstring(_as_bytes(response.get_last_response_xml()), _parser())
        asked = {one.get("InResponseTo") for one in answer.iterfind(_ASKED, _NAMES)}
        if asked != {response.get_last_response_in_response_to()}:
            self._refuse(request, _FOR_ANOTHER_REQUEST)
        if answer.find(_AUDIENCE, _NAMES) is None:
            self._refuse(request, "names no audience")
        return super().sociallogin_from_response(request, response)

    def unstash_redirect_state(self, request: HttpRequest, state_id: str) -> Any:
        """The request that is answered, once; refuses where this browser asked for none, or its answer was used."""
        try:
            return super().unstash_redirect_state(request, state_id)
        except PermissionDenied:
            self._refuse(request, _FOR_ANOTHER_REQUEST)

    def _refuse(self, request: HttpRequest, reason: str) -> None:
        told = {"saml_last_error_reason": reason}
        raise ImmediateHttpResponse(render_authentication_error(request, self, extra_context=told))


def _parser() -> etree.XMLParser:
    """No entity, no DTD and no network: the answer came from a browser."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
