"""All settings of Casework, read from the environment once, at start.

Three modes (`CASEWORK_MODE`): `production` (the default: nothing is guessed, a missing secret stops the start),
`demo` (invented people, loopback only) and `test`. Every secret may also be given as a file: `NAME_FILE` holds the
path. `python manage.py check --deploy` explains what production still needs.
"""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("CASEWORK_VAR", BASE_DIR / "var"))


def text(name: str, default: str | None = None) -> str:
    """A setting, from `name` or from the file that `name`_FILE points to.

    Raises ImproperlyConfigured when both are given, or neither and there is no default.
    """
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value is not None and path is not None:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if path is not None:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    if value is None:
        value = default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set (nor {name}_FILE).")
    return value


def number(name: str, default: int | None = None) -> int:
    """A whole number, zero or more. Raises ImproperlyConfigured for anything else."""
    value = text(name, None if default is None else str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def flag(name: str, *, default: bool) -> bool:
    """A switch, `yes` or `no`. Raises ImproperlyConfigured for anything else."""
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value == "yes"


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list; blanks are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str, **options: Any) -> dict[str, Any]:
    """Django's settings for a PostgreSQL connection URL or key-value string (libpq, "Connection Strings")."""
    parts = conninfo_to_dict(url)
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    entry: dict[str, Any] = {key: str(parts.pop(name, "") or "") for name, key in known.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **entry,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, **parts, **options},
    }


MODE = text("CASEWORK_MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"CASEWORK_MODE must be production, demo or test, not {MODE!r}.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = flag("DEBUG", default=False)

# --- Who may reach it -------------------------------------------------------------------------------------------
SECRET_KEY = text("SECRET_KEY", None if PRODUCTION else "x" * 50)
BIND = text("BIND", "127.0.0.1")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", {"production": None, "demo": "localhost,127.0.0.1"}.get(MODE, "*"))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
PUBLIC_URL = text("PUBLIC_URL", f"https://{next(iter(ALLOWED_HOSTS), '')}" if PRODUCTION else "http://localhost:8000")
PROXY_COUNT = number("PROXY_COUNT", None if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What it is made of -----------------------------------------------------------------------------------------
ROOT_URLCONF = "casework.urls"
WSGI_APPLICATION = "casework.wsgi.application"
INSTALLED_APPS = [
    "casework.desk",
    "casework.retention",
    "casework.portal",
    "casework.intake",
    "casework.docket",
    "casework.custody",
    "casework.documents",
    "casework.cases",
    "casework.people",
    "casework.directory",
    "casework.notifications",
    "casework.access",
    "casework.audit",
    "casework.vault",
    "casework.look.apps.LookConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "casework.look.served.ServedFilesConfig",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "django_htmx",
    "guardian",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "casework.desk.health.middleware.Health",
    "casework.access.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # outside the transaction: what it sends, it sends after the commit
    "casework.access.devices.MarksDevice",
    "casework.access.requests.OneTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "casework.access.requests.SignedContext",
    "casework.access.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "casework.access.middleware.SecondFactorRequired",
    "casework.access.middleware.PersonalSettings",
    "casework.desk.organization.place.ActsWhereChosen",
    "casework.desk.errors.middleware.ShreddedFile",
    "casework.desk.account.lock.IdleLock",  # what waits behind it has passed all the others
    "casework.access.once.Once",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casework.desk.context.surface",
            ],
            "builtins": ["casework.look.templatetags.parts"],
        },
    }
]
FORM_RENDERER = "casework.look.forms.Renderer"

# --- Data -------------------------------------------------------------------------------------------------------
# Deploys (`migrate`, `walls`) connect as another role, which becomes the owner of the tables; nothing else does.
if text("CASEWORK_DATABASE_ROLE", "app") == "migrate":
    DEFAULT_DATABASE = database(text("DATABASE_MIGRATE_URL"), assume_role="casework_owner")
else:
    DEFAULT_DATABASE = database(
        text("DATABASE_URL", "postgresql://casework_app@/casework" if MODE == "test" else None),
        prepare_threshold=5,
        **({} if MODE == "test" else {"pool": {"min_size": 1, "max_size": number("DATABASE_POOL", 4), "timeout": 3}}),
    )
# The cache has its own connection: rate-limit counters must survive the roll-back of the request they count.
DATABASES = {"default": DEFAULT_DATABASE, "cache": dict(DEFAULT_DATABASE)}
DATABASE_ROUTERS = ["casework.access.cache.CacheRouter"]
CACHES = {"default": {"BACKEND": "casework.access.cache.SharedCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The root key: 32 bytes in base64, from VAULT_ROOT_KEY or VAULT_ROOT_KEY_FILE; made once by `manage.py create_key`.
VAULT_KEY_PATH = VAR_DIR / "keys" / "root.key"
VAULT_ROOT_KEY = text("VAULT_ROOT_KEY", VAULT_KEY_PATH.read_text().strip() if VAULT_KEY_PATH.exists() else "")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "casework.access.queue.install"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

# --- Who may see what --------------------------------------------------------------------------------------------
REACH = "casework.cases.reach.CaseReach"  # which rows an actor may see
WIRING = "casework.wiring.TABLE"  # what follows from an act
REFUSED_FOR_GOOD = "casework.wiring.REFUSED_FOR_GOOD"  # who hears that a message will never be taken
STILL_DUE = "casework.wiring.STILL_DUE"  # asked of some kinds of letters just before they are sent
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
# guardian knows neither expiry nor organization: it keeps the grants, and our walls decide (no backend of its own).
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# --- Signing in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "casework.desk.account.passwords.LongEnough"},
    {"NAME": "casework.desk.account.passwords.HardToGuess"},
    {"NAME": "casework.desk.account.passwords.UnlikeItsOwner"},
]
ACCOUNT_ADAPTER = "casework.desk.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Our own limits (access/limits.py) stand instead: these would let a stranger lock the owner out.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    ("login", "login_failed", "reauthenticate", "reset_password", "reset_password_from_key")
)
MFA_RATE_LIMITS = {"webauthn_login": None}
ACCOUNT_FORMS = {
    "login": "casework.desk.account.forms.LoginForm",
    "add_email": "casework.desk.account.forms.AddEmailForm",
    "reset_password": "casework.desk.account.forms.ResetPasswordForm",
    "reset_password_from_key": "casework.desk.account.forms.ResetPasswordKeyForm",
    "change_password": "casework.desk.account.forms.ChangePasswordForm",
    "set_password": "casework.desk.account.forms.SetPasswordForm",
    "reauthenticate": "casework.desk.account.forms.ReauthenticateForm",
}
MFA_ADAPTER = "casework.desk.account.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Casework"
MFA_TOTP_TOLERANCE = 0  # with 1, a code was accepted again after its "used" mark had lapsed
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost; browsers refuse every other plain host
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else nobody with a second factor could change the address; sign-up is closed
MFA_FORMS = {
    "authenticate": "casework.desk.account.factor_forms.AuthenticateForm",
    "reauthenticate": "casework.desk.account.factor_forms.ReauthenticateForm",
    "activate_totp": "casework.desk.account.factor_forms.ActivateTOTPForm",
    "add_webauthn": "casework.desk.account.factor_forms.AddPasskeyForm",
    "edit_webauthn": "casework.desk.account.factor_forms.RenamePasskeyForm",
    "login_webauthn": "casework.desk.account.factor_forms.LoginPasskeyForm",
    "authenticate_webauthn": "casework.desk.account.factor_forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "casework.desk.account.factor_forms.ReauthenticatePasskeyForm",
}

SESSION_ENGINE = "casework.access.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 15 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
DEVICE_COOKIE_NAME = "__Host-device" if PRODUCTION else "device"
FAMILY_COOKIE_NAME = "__Host-page" if PRODUCTION else "page"
FAMILY_MARK_NAME = "__Host-seen" if PRODUCTION else "seen"
FAMILY_SESSION_SECONDS = 10 * 60
DEVICE_COOKIE_AGE = 400 * 24 * 60 * 60  # the longest that browsers keep one
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "casework.desk.errors.views.csrf_failure"

# --- What the browser may do --------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# What is uploaded is about people: it stays in memory, never in a temporary file. A larger file is not kept at all.
FILE_UPLOAD_HANDLERS = ["casework.access.uploads.InMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024 + 4096  # of the whole request
# Seconds that somebody waits for the check of one file, and of all files of a request; the worker does the rest.
CHECK_SECONDS = (5.0, 12.0) if MODE != "test" else (60.0, 60.0)
LARGE_UPLOADS = {  # by route, for members; the proxy knows their addresses (deploy/proxy)
    "case_documents": 60 * 1024 * 1024 + 65536, "add_version": 31 * 1024 * 1024, "return_form": 31 * 1024 * 1024,
}  # fmt: skip

# --- Words, times, files --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANG_INFO.setdefault("ht", {"bidi": False, "code": "ht", "name": "Haitian Creole", "name_local": "Kreyòl ayisyen"})
FORMAT_MODULE_PATH = "casework.look.formats"
LOCALE_PATHS = [BASE_DIR / "casework" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"  # of the server; people and courts have their own
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or MODE == "test"

# --- Mail -----------------------------------------------------------------------------------------------------------
# Outside production every mail becomes a file in var/mail: nothing can reach a real address by accident.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if PRODUCTION else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = text("EMAIL_HOST", None if PRODUCTION else "localhost")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
OPERATOR_EMAIL = text("OPERATOR_EMAIL", "")  # who runs the installation, and hears of errors in the directory
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("EMAIL_FROM", None if PRODUCTION else "Casework <casework@localhost>")

# Texts go over Twilio, in production alone, and there is none without its account; elsewhere each becomes a file.
TWILIO_SID = text("TWILIO_SID", "")
SMS_PROVIDER = ("twilio" if TWILIO_SID else "") if PRODUCTION else "file"
TWILIO_TOKEN = text("TWILIO_TOKEN", "")
TWILIO_FROM = text("TWILIO_FROM", "")  # the number they come from, as +12135550143
TWILIO_URL = text("TWILIO_URL", "https://api.twilio.com")
SMS_FILE_PATH = VAR_DIR / "sms"

# --- Logs -----------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "casework.access.logs.configure"
LOGGING = {"level": "INFO"}
