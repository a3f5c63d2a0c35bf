"""Settings, all of them from the environment (see `.env.example`)."""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from hotspot.core.permissions import Scope
from hotspot.core.production_checks import refuse_unsafe_production

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET_KEY = "development-only-secret-key-that-production-refuses-to-start-with"  # noqa: S105

# Printed here for everybody to read, so it proves nothing: it shows how bundles look.
DEMONSTRATION_SIGNING_KEY = "ZGVtb25zdHJhdGlvbi1vbmx5LXNpZ25pbmcta2V5ISE="

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# A demonstration shows its accounts and passwords, so it may use the development secret and plain HTTP.
DEMO = env.bool("DEMO", default=False)
# true lets anybody read the published statements, signed in or not.
PUBLIC_STATEMENTS = env.bool("PUBLIC_STATEMENTS", default=DEMO)
# Signs bundles of published figures: 32 bytes in Base64, from `script/manage make_signing_key`. Without it, no bundles.
SIGNING_KEY = env.str("SIGNING_KEY", default=DEMONSTRATION_SIGNING_KEY if DEMO else "")
# Support staff may be given Django's admin; nothing in the product needs it.
ADMIN_SITE = env.bool("ADMIN_SITE", default=False)

refuse_unsafe_production(
    debug=DEBUG,
    demo=DEMO,
    uses_development_secret=SECRET_KEY == DEVELOPMENT_SECRET_KEY,
    allowed_hosts=ALLOWED_HOSTS,
)

INSTALLED_APPS = [
    "hotspot.core",
    "hotspots",
    "patrols",
    "outcomes",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "rest_framework",
    "oauth2_provider",
    "drf_spectacular",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "hotspot.core.request_id.middleware",
    "hotspot.core.middleware.utf8_only",
    "hotspot.core.pages.script_forms.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hotspot.core.middleware.SmallPages",
    "hotspot.core.middleware.ContentSecurityPolicy",
    "hotspot.core.middleware.permissions_policy",
    "hotspot.core.middleware.encrypted_api",
    "hotspot.core.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "hotspot.core.middleware.clean_addresses",
    # Before the check of the form's token, which reads the body: who may not use a page sends it none.
    "hotspot.core.middleware.DenyByDefault",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hotspot.core.middleware.private_pages",
    "hotspot.core.middleware.without_bidi",
    "hotspot.core.middleware.SessionLimits",
    "hotspot.core.middleware.HistoryContext",
    "hotspot.core.middleware.forms_only",
    "hotspot.core.middleware.LateForms",
    "axes.middleware.AxesMiddleware",
]

if DEBUG:
    # `script/server` serves files as production does: by WhiteNoise, compressed.
    INSTALLED_APPS.insert(0, "whitenoise.runserver_nostatic")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware"), "hotspot.core.middleware.SmallFiles"
    )

# Other sites have no use for our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False

ROOT_URLCONF = "hotspot.urls"
WSGI_APPLICATION = "hotspot.wsgi.application"

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
                "hotspot.core.pages.navigation.context",
            ],
            "builtins": ["hotspot.core.templatetags.wording"],
        },
    },
]
FORM_RENDERER = "hotspot.core.pages.forms.FormRenderer"

# --- data ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///hotspot", engine="hotspot.core.postgresql")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", default=False),
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 2,
        # Every trigger asks whether it is to be ignored; a setting that is there is read ten times quicker than one
        # that is not, whose error has to be caught.
        "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=5000)} -c pgtrigger.ignore={{}}",
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "hotspot.core.cache.Cache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = {
    "verify-summaries": {"task": "reports.figures.tasks.verify_summaries", "schedule": crontab(hour=4, minute=30)},
    "verify-statements": {"task": "reports.tasks.verify_statements", "schedule": crontab(hour=4, minute=45)},
    "send-plan-reminders": {
        "task": "reports.plans.tasks.send_plan_reminders",
        "schedule": crontab(hour="7-17", minute=5),
    },
    "send-sign-off-reminders": {
        "task": "reports.tasks.send_sign_off_reminders",
        "schedule": crontab(hour="7-17", minute=10),
    },
    # Hourly, so that what a mail server that was down did not take is sent the same day.
    "send-weekly-emails": {
        "task": "reports.emails.tasks.send_weekly_emails",
        "schedule": crontab(hour="7-17", minute=0),
    },
    "send-area-alerts": {"task": "reports.emails.tasks.send_area_alerts", "schedule": crontab(hour="7-17", minute=10)},
    "send-shift-reminders": {
        "task": "reports.emails.tasks.send_shift_reminders",
        "schedule": crontab(hour="7-17", minute=20),
    },
    "send-return-reminders": {
        "task": "reports.returns.tasks.send_return_reminders",
        "schedule": crontab(hour="7-17", minute=15),
    },
    "send-sign-in-notices": {"task": "hotspot.core.tasks.send_sign_in_notices", "schedule": 60},
    "run-waiting-jobs": {"task": "hotspot.core.jobs.tasks.run_waiting_jobs", "schedule": 60},
    "forget-unfinished-shifts": {"task": "outcomes.offline.tasks.forget_done", "schedule": crontab(hour=5, minute=15)},
    "forget-teams": {"task": "patrols.teams.tasks.forget_teams", "schedule": crontab(hour=5, minute=20)},
    "clear-sessions": {"task": "hotspot.core.tasks.clear_sessions", "schedule": crontab(hour=5, minute=0)},
}

# What a background job can be: the function that does it, which takes the job and a way to say its progress.
JOB_KINDS = {
    "check_import": "outcomes.imports.tasks.check_import",
    "write_import": "outcomes.imports.tasks.write_import",
    "undo_import": "outcomes.imports.tasks.undo_import",
    "make_workbook": "outcomes.exports.tasks.make_workbook",
    "check_incidents": "hotspots.incidents.tasks.check_incidents",
    "load_incidents": "hotspots.incidents.tasks.load_incidents",
    "run_analysis": "hotspots.analysis.tasks.run_analysis",
    "measure_impact": "reports.impact.tasks.measure_impact",
    "analyse_trial": "reports.trials.tasks.analyse_trial",
    "draw_koper_curve": "reports.dosage.tasks.draw_koper_curve",
    "load_layer": "hotspots.layers.tasks.load_layer",
}
JOB_HEARTBEAT_SECONDS = 1
# Says which statements and returns count some shifts. The app that records shifts must not know who publishes them.
PUBLICATIONS_OF_SHIFTS = "reports.publications.publications_of"

# Every version of a record, written by the database itself, set by set.
PGHISTORY_APPEND_ONLY = True

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hotspot.core.accounts.rules.NotEndless"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hotspot.core.accounts.rules.NotOurWords"},
]
# Systems sign in with a client id and secret for an access token (client credentials); every other grant is off.
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES": {scope.value: scope.label for scope in Scope},
    "OAUTH2_VALIDATOR_CLASS": "hotspot.core.api.authentication.SystemValidator",
    "SCOPES_BACKEND_CLASS": "hotspot.core.api.authentication.SystemScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.int("ACCESS_TOKEN_SECONDS", default=60 * 60),
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
LOGIN_URL = "core:sign_in"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "core:sign_in"
# One-time links (invitations and forgotten passwords): how many seconds they live, and the address they start with,
# which is never taken from a request.
PASSWORD_RESET_TIMEOUT = env.int("LINK_SECONDS", default=60 * 60)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

# Ten wrong passwords for one account from one address make it wait five minutes; never a permanent lock.
# The counter is in the database, so that it holds when the cache is down. See hotspot/core/accounts/sign_in_limits.py.
AXES_HANDLER = "hotspot.core.accounts.sign_in_limits.SignInThrottle"
AXES_CLIENT_IP_CALLABLE = "hotspot.core.accounts.sign_in_limits.client_address"
AXES_LOCKOUT_CALLABLE = "hotspot.core.accounts.views.too_many_attempts"
AXES_USERNAME_FORM_FIELD = "username"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
SIGN_IN_FAILURES_PER_ADDRESS = 30
# Over all addresses together, in a day: after so many for one account each has to wait, longer and longer. A browser
# with which its person has signed in before has a limit of its own instead, and is not held up by those of others.
SIGN_IN_FAILURES_PER_ACCOUNT = 20
SIGN_IN_FAILURES_PER_DEVICE = 10
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 3 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hotspot.core.views.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- the wire -----------------------------------------------------------------------------------------------------
HTTPS = not (DEBUG or DEMO)
SECURE_SSL_REDIRECT = HTTPS
# Plain HTTP is refused here, except for two pages (hotspot.core.middleware.encrypted_api). Redirected, programs would
# go on sending their secrets and tokens in the clear and never notice.
API_PATHS = r"^api/(?!(docs|problems)$)"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", API_PATHS]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The longest form is a pasted boundary (hotspots/areas/forms.py), of which encoding can make three times as much.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_FILES if DEBUG else "hotspot.core.static_storage.Storage"},
}

# A map that the force supplies, for drawing areas: a file of vector tiles (PMTiles 3), and whose data it is. See
# docs/maps.md.
BASEMAP_FILE = env.str("BASEMAP_FILE", default="")
BASEMAP_ATTRIBUTION = env.str("BASEMAP_ATTRIBUTION", default="")

# What phones may keep of a shift until it is sent: "counts" (counts, codes and times, encrypted) or "off", until the
# force has chosen; and for how many days. See docs/offline.md.
OFFLINE_QUEUE = env.str("OFFLINE_QUEUE", default="counts" if DEMO else "off")
OFFLINE_DAYS = env.int("OFFLINE_DAYS", default=7)
# Whether calendars of phones and of Outlook may read planned shifts, once the force has chosen. See docs/planning.md.
SHIFT_FEEDS = env.bool("SHIFT_FEEDS", default=DEMO)

# --- words --------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hotspot@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "hotspot.core.request_id.RequestIdFilter"},
        "secrets": {"()": "hotspot.core.private_paths.SecretPathFilter"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request", "secrets"]}},
    # The logger too: whoever else listens to it has no secret either.
    "loggers": {"django.request": {"filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # ?format= is a parameter like any other that we do not know.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Operation Hotspot",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Hotspot patrols, what they led to, and the figures counted from them.",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    # Who that is differs from force to force: API_CONTACT says it when the description is read.
    "CONTACT": {"name": "The administrators of this service"},
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ShiftState": "patrols.models.PatrolShift.State",
        "AuthorisationKind": "hotspots.models.PowerAuthorisation.Kind",
        "AuthorisationState": "hotspots.authorisations.queries.STATES",
    },
    "DISABLE_ERRORS_AND_WARNINGS": False,
}
# Whom an integrator asks; what is empty here is left as it is in the description.
API_CONTACT = {"name": env.str("API_CONTACT_NAME", default=""), "email": env.str("API_CONTACT_EMAIL", default="")}
# Whether anybody may read the documentation and the description. They hold nothing of a force's records.
API_DOCS_PUBLIC = env.bool("API_DOCS_PUBLIC", default=False)
# Requests a minute for each caller: reading and writing, mirroring (with shifts:read), and figures. Then, for each
# address, asking for tokens and calling with wrong ones.
API_RATES = {
    "default": env.int("API_RATE", default=60),
    "mirror": env.int("API_RATE_MIRROR", default=600),
    "figures": env.int("API_RATE_FIGURES", default=10),
    "token": env.int("API_RATE_TOKEN", default=20),
    "wrong_token": env.int("API_RATE_WRONG_TOKEN", default=20),
}
