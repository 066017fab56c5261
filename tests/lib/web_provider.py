"""An identity provider that speaks OpenID Connect on loopback: it signs real tokens for whoever it is told to be."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "remit", "a secret between the two"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing: the tests' output is not its log."""


@dataclass
class IdentityProvider:
    """What the next person to sign on is said to be: `claims` go into the token and the answer about the person."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        length = int(environ.get("CONTENT_LENGTH") or 0)
        form = {name: values[0] for name, values in parse_qs(environ["wsgi.input"].read(length).decode()).items()}
        path = environ["PATH_INFO"]
        if path == "/authorize":
            start("302 Found", [("Location", self._granted(query))])
            return [b""]
        pages: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._keys,
            "/token": lambda: self._token(form),
            "/userinfo": lambda: self.claims,
        }
        body = pages[path]()
        start("200 OK" if body is not None else "400 Bad Request", [("Content-Type", "application/json")])
        return [json.dumps(body or {"error": "invalid_grant"}).encode()]

    def _configuration(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        known = {name: f"{self.address}/{path}" for name, path in ends.items()}
        methods = ["client_secret_post"]
        return {
            **known,
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": methods,
        }

    def _granted(self, query: dict[str, str]) -> str:
        code = f"code-{len(self.grants)}"
        self.grants[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A token for a code that was granted once, to whoever knows the secret and began the journey (PKCE)."""
        asked = self.grants.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, SECRET):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked.get("code_challenge") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return None
        now = int(time.time())
        told = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.claims}
        signed = jwt.encode(told, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}

    def _keys(self) -> dict[str, Any]:
        told = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**told, "kid": "one", "alg": "RS256", "use": "sig"}]}


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """The provider, listening on a free port of loopback until the block is left."""
    provider = IdentityProvider()
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
