"""An identity provider that speaks SAML 2 on loopback: it signs real assertions, and can be told to do it wrong."""

import base64
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml

_SUBJECT = "urn:oasis:names:tc:SAML:attribute:subject-id"
_MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
_ASSERTION = """\
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{at}">\
<saml:Issuer>{issuer}</saml:Issuer>\
<saml:Subject><saml:NameID>{uid}</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<saml:SubjectConfirmationData{answers} Recipient="{recipient}" NotOnOrAfter="{until}"/></saml:SubjectConfirmation>\
</saml:Subject>\
<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}">{audience}</saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{at}"><saml:AuthnContext>\
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
</saml:AuthnContext></saml:AuthnStatement>\
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"""
_AUDIENCE = "<saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction>"
_RESPONSE = """\
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{id}" Version="2.0" IssueInstant="{at}" \
Destination="{recipient}" InResponseTo="{asked}">\
<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer>\
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
{assertion}</samlp:Response>"""
_METADATA = """\
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">\
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>\
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sso}"/>\
</md:IDPSSODescriptor></md:EntityDescriptor>"""
_FORM = """<!doctype html><title>Northline</title><form method="post" action={action}>
<input type="hidden" name="SAMLResponse" value="{response}"><button>Go on</button></form>"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing: the tests' output is not its log."""


@dataclass(frozen=True)
class Seal:
    """A key and its certificate, as PEM."""

    key: str
    certificate: str


def new_seal() -> Seal:
    """A key of its own with a certificate that it signed itself."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.northline.example")])
    at = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), at, at + timedelta(days=1)
    )
    written = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Seal(
        key.private_bytes(serialization.Encoding.PEM, *written).decode(),
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(),
    )


@dataclass(frozen=True)
class Said:
    """What the next assertion says and how it is signed; empty fields mean what is right."""

    email: str = ""
    audience: str | None = ""
    answers: str | None = ""
    lasts: timedelta = timedelta(minutes=5)
    seal: Seal | None = None
    is_signed: bool = True


@dataclass
class SamlProvider:
    """The provider; `said` is what its next answers say, `seal` what its metadata promises."""

    address: str = ""
    said: Said = field(default_factory=Said)
    seal: Seal = field(default_factory=new_seal)

    @property
    def entity_id(self) -> str:
        return f"{self.address}/metadata"

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["PATH_INFO"] == "/metadata":
            start("200 OK", [("Content-Type", "application/samlmetadata+xml")])
            bare = "".join(self.seal.certificate.splitlines()[1:-1])
            return [_METADATA.format(entity=self.entity_id, certificate=bare, sso=f"{self.address}/sso").encode()]
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        asked = etree.fromstring(Saml.decode_base64_and_inflate(query["SAMLRequest"]))
        action = quoteattr(asked.get("AssertionConsumerServiceURL", ""))
        return [_FORM.format(action=action, response=self.answer(asked)).encode()]

    def answer(self, asked: etree._Element, *, around: str = "") -> str:
        """A response to a request, in base 64; `around` is the request that its unsigned frame says it answers."""
        at, said = datetime.now(UTC), self.said
        issuer = asked.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer") or ""
        recipient, told = asked.get("AssertionConsumerServiceURL", ""), said.answers
        answers = asked.get("ID", "") if told == "" else told
        audience = issuer if said.audience == "" else said.audience
        common = {"at": _at(at), "issuer": self.entity_id, "recipient": escape(recipient)}
        assertion = _ASSERTION.format(
            **common,
            id=Saml.generate_unique_id(),
            uid="1234",
            answers="" if answers is None else f' InResponseTo="{answers}"',
            since=_at(at - timedelta(hours=2)),
            until=_at(at + said.lasts),
            audience="" if audience is None else _AUDIENCE.format(escape(audience)),
            attributes=_attribute(_SUBJECT, "1234@northline") + _attribute(_MAIL, said.email),
        )
        seal = said.seal or self.seal
        sealed = Saml.add_sign(assertion, seal.key, seal.certificate).decode() if said.is_signed else assertion
        whole = _RESPONSE.format(
            **common, id=Saml.generate_unique_id(), asked=around or asked.get("ID", ""), assertion=sealed
        )
        return base64.b64encode(whole.encode()).decode()

    def says(self, **changes: Any) -> None:
        """Something else from now on."""
        self.said = replace(Said(), **changes)


def _attribute(name: str, value: str) -> str:
    return f'<saml:Attribute Name="{name}"><saml:AttributeValue>{escape(value)}</saml:AttributeValue></saml:Attribute>'


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@contextmanager
def running_saml() -> Iterator[SamlProvider]:
    """The provider, listening on a free port of loopback until the block is left."""
    provider = SamlProvider()
    server = make_server("127.0.0.1", 0, provider, handler_class=_Quiet)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
