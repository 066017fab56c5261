"""Settings, from the environment, with defaults that are safe on one machine.

Each variable and its meaning stands in `docs/installing.md`.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from remit import __version__
from remit.web.keys import number_given, proxies_trusted, secret_key
from remit.web.sign_on import read_sign_on


def _is_on(name: str, default: str = "no") -> bool:
    return os.environ.get(name, default).lower() in {"1", "yes", "true", "on"}


def _listed(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


PACKAGE = Path(__file__).parent
DATA = Path(os.environ.get("REMIT_DATA", "remit-data")).absolute()
"""Where an installation keeps what it owns: database, facts, uploads, key. One folder to back up."""

STORE_URL = os.environ.get("REMIT_STORE", str(DATA / "store"))
VERSION = __version__

DEBUG = False
SECRET_KEY = secret_key(DATA)
IS_HTTPS = _is_on("REMIT_HTTPS")
TRUSTED_PROXIES = proxies_trusted(os.environ.get("REMIT_BEHIND_PROXY", "no"))
"""How many proxies stand before the site: so many of the last addresses of X-Forwarded-For are believed."""
SITE_URL = os.environ.get("REMIT_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = _listed("REMIT_HOSTS", f"localhost,127.0.0.1,[::1],{urlsplit(SITE_URL).hostname or ''}")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# The parts.

INSTALLED_APPS = [
    "remit.web.shared",
    "remit.web.accounts",
    "remit.web.providers",
    "remit.web.jobs",
    "remit.web.connections",
    "remit.web.deadlines",
    "remit.web.contracts",
    "remit.web.exclusions",
    "remit.web.relief",
    "remit.web.performance",
    "remit.web.settlements",
    "remit.web.backtests",
    "remit.web.issues",
    "remit.web.packets",
    "remit.web.finance",
    "remit.web.benefits",
    "remit.web.reported",
    "remit.web.fairness",
    "remit.web.home",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "remit.web.shared.requests.RequestLog",
    "remit.web.shared.api.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "remit.web.accounts.middleware.LastSeen",
    "remit.web.accounts.middleware.ReaderSettings",
    "remit.web.shared.refusals.Refusals",
]

ROOT_URLCONF = "remit.web.urls"
WSGI_APPLICATION = "remit.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "remit.web.accounts.places.places",
            ]
        },
    }
]
FORM_RENDERER = "remit.web.shared.forms.Renderer"

# The database. Durability before speed: these are records of money.

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'remit.db'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Kept in the database, so that every process counts the same failed sign-ins.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "remit_cache"}}

# People.

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "remit.web.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "remit.web.accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Remit: "
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# By the minute and address, and by the quarter of an hour and mail address: five wrong passwords lock a seat.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "remit.web.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Remit"
USERSESSIONS_TRACK_ACTIVITY = False
SIGN_ON = read_sign_on(os.environ.get("REMIT_SIGN_ON"))
SOCIALACCOUNT_PROVIDERS = SIGN_ON.as_providers()
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_STORE_TOKENS = False
# A form that leads to another host would be stopped by the Content-Security-Policy: signing on begins with a link.
SOCIALACCOUNT_LOGIN_ON_GET = True

# Cookies, headers, uploads.

SESSION_COOKIE_NAME = "remit_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "remit_csrf"
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
UPLOAD_LIMIT_BYTES = number_given("REMIT_UPLOAD_LIMIT_MB", 512) * 1024 * 1024
WEBHOOKS_MAY_BE_PRIVATE = _is_on("REMIT_WEBHOOKS_PRIVATE")
"""Whether webhooks may go to addresses of private networks, and without TLS: for receivers beside the site."""
API_REQUESTS_A_MINUTE = number_given("REMIT_API_REQUESTS_A_MINUTE", 1_200)
ENGINE_MEMORY_MB = number_given("REMIT_ENGINE_MEMORY_MB", 2_048)
"""The most memory a load or a measurement takes in the worker before it spills to disk."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# Words, zones, mail, files, logs.

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("en-us", "English (United States)"), ("de", "Deutsch")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

DEFAULT_FROM_EMAIL = os.environ.get("REMIT_MAIL_FROM", "remit@localhost")
# Every mail is a job; the job hands it to the delivering backend.
EMAIL_BACKEND = "remit.web.jobs.mail.LaterBackend"
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("REMIT_MAIL_HOST", "")
EMAIL_PORT = number_given("REMIT_MAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("REMIT_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("REMIT_MAIL_PASSWORD", "")
EMAIL_USE_TLS = _is_on("REMIT_MAIL_TLS", "yes")
EMAIL_TIMEOUT = 20
if not EMAIL_HOST:
    # Without a mail server mail is kept as files, so that an invitation or a reset is not lost.
    MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "remit.web.shared.logs.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["out"], "level": os.environ.get("REMIT_LOG_LEVEL", "INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}
