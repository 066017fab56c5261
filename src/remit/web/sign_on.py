"""Sign-on by an organisation's own identity provider: read from the file that `REMIT_SIGN_ON` names.

Each provider says for which mail domains it vouches. Without that, the identity provider of one side could sign
somebody in as a person of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from remit.terms.problems import Problem, ProblemsFound

_Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
_Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class _Provider(BaseModel):
    """What both kinds of providers say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Slug
    name: str = Field(min_length=1)
    domains: list[_Domain] = Field(min_length=1)


class OpenIDConnect(_Provider):
    """A provider that speaks OpenID Connect; `addresses_are_verified` where it never says so itself."""

    kind: Literal["openid_connect"]
    server: str = Field(pattern=r"^https?://")
    client_id: str
    secret: str = ""
    secret_file: Path | None = None
    addresses_are_verified: bool = False

    def as_app(self) -> dict[str, Any]:
        """The provider as allauth wants it in its settings."""
        secret = self.secret_file.read_text().strip() if self.secret_file else self.secret
        settings = {"server_url": self.server, "domains": list(self.domains), "oauth_pkce_enabled": True}
        if self.addresses_are_verified:
            settings["verified_email"] = list(self.domains)
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": secret,
            "settings": settings,
        }


class Saml(_Provider):
    """A provider that speaks SAML 2: by the address of its metadata, or by its entity, address and certificate."""

    kind: Literal["saml"]
    metadata_url: str = ""
    entity_id: str = ""
    sso_url: str = ""
    certificate_file: Path | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)

    def as_app(self) -> dict[str, Any]:
        """The provider as allauth wants it in its settings."""
        idp: dict[str, Any] = {"entity_id": self.entity_id}
        if self.metadata_url:
            idp["metadata_url"] = self.metadata_url
        else:
            idp["sso_url"] = self.sso_url
            idp["x509cert"] = self.certificate_file.read_text() if self.certificate_file else ""
        settings: dict[str, Any] = {
            "idp": idp,
            "domains": list(self.domains),
            # The assertion is signed by a provider that vouches for these domains.
            "verified_email": list(self.domains),
            "advanced": {"strict": True, "reject_idp_initiated_sso": True, "want_assertion_signed": True},
        }
        if self.attributes:
            settings["attribute_mapping"] = dict(self.attributes)
        return {"provider_id": self.id, "name": self.name, "client_id": self.id, "settings": settings}


@dataclass(frozen=True, slots=True)
class SignOn:
    """The identity providers of an installation."""

    providers: Sequence[OpenIDConnect | Saml] = ()

    def as_providers(self) -> dict[str, dict[str, Any]]:
        """They as allauth's `SOCIALACCOUNT_PROVIDERS`."""
        kinds = ("openid_connect", "saml")
        found = {kind: {"APPS": [one.as_app() for one in self.providers if one.kind == kind]} for kind in kinds}
        return {**found, "saml": {**found["saml"], "provider_class": "remit.web.accounts.saml.OneAnswerOneRequest"}}


_READER: TypeAdapter[list[OpenIDConnect | Saml]] = TypeAdapter(
    list[Annotated[OpenIDConnect | Saml, Field(discriminator="kind")]]
)


def read_sign_on(given: str | None) -> SignOn:
    """The providers of a YAML or JSON file; none without a file. Raises ProblemsFound with every fault in it."""
    if not given:
        return SignOn()
    try:
        found = yaml.safe_load(Path(given).read_text(encoding="utf-8"))
    except OSError as fault:
        raise ProblemsFound([Problem(given, 0, "", f"REMIT_SIGN_ON: {fault.strerror or fault}")]) from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ProblemsFound([Problem(given, 0, "", f"is not YAML: {' '.join(str(fault).split())}")]) from fault
    try:
        providers = _READER.validate_python(found or [])
    except ValidationError as fault:
        raise ProblemsFound([_problem(given, one) for one in fault.errors()]) from fault
    problems = [*_doubled(given, providers), *_unreadable(given, providers), *_incomplete(given, providers)]
    if problems:
        raise ProblemsFound(problems)
    return SignOn(tuple(providers))


def _problem(file: str, error: Any) -> Problem:
    kinds = ("openid_connect", "saml")
    place = ".".join(str(part) for part in error["loc"] if part not in kinds)
    return Problem(file, 0, place, str(error["msg"]))


def _doubled(file: str, providers: Sequence[OpenIDConnect | Saml]) -> list[Problem]:
    ids = [one.id for one in providers]
    return [
        Problem(file, 0, str(at), f"two providers have the id {one}") for at, one in enumerate(ids) if one in ids[:at]
    ]


def _unreadable(file: str, providers: Sequence[OpenIDConnect | Saml]) -> list[Problem]:
    named = [
        (at, one.secret_file if isinstance(one, OpenIDConnect) else one.certificate_file)
        for at, one in enumerate(providers)
    ]
    return [
        Problem(file, 0, str(at), f"there is no file {path}")
        for at, path in named
        if path is not None and not path.is_file()
    ]


def _incomplete(file: str, providers: Sequence[OpenIDConnect | Saml]) -> list[Problem]:
    hint = "give entity_id and metadata_url, or entity_id, sso_url and certificate_file"
    return [
        Problem(file, 0, str(at), "says too little of its identity provider", hint)
        for at, one in enumerate(providers)
        if isinstance(one, Saml)
        and not (one.entity_id and (one.metadata_url or (one.sso_url and one.certificate_file)))
    ]
