"""Settings that hold everywhere; safe by default. `dev`, `test`, `demo` and `production` add what differs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from lms.settings.env import env_family, env_json, env_list, env_text

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env_text("VAR_DIR", str(BASE_DIR / "var")))
DEBUG = False
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
PUBLIC_URL = env_text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = "辅能"

INSTALLED_APPS = [
    "lms.core",
    "lms.accounts",
    "lms.organisations",
    "lms.notices",
    "courses.questionbank",
    "courses.media",
    "courses.packages",
    "courses.catalogue",
    "courses.tenancy",
    "courses.curricula",
    "courses.sharing",
    "courses.learning",
    "courses.venues",
    "certification.standards",
    "certification.bodies",
    "certification.plans",
    "certification.applications",
    "certification.examday",
    "certification.supervision",
    "certification.assessment",
    "certification.panels",
    "certification.results",
    "certification.certificates",
    "certification.registry",
    "certification.archives",
    "lms.portal",
    "lms.insights",
    "lms.demo",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "wagtail.contrib.typed_table_block",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.core.middleware.CompressedTextMiddleware",
    # Before all that asks who is there: what the public is told depends on nobody. It is kept with its policy.
    "certification.registry.front.RememberedAnswers",
    "courses.catalogue.front.RememberedPages",
    "csp.middleware.CSPMiddleware",
    "lms.core.middleware.NullByteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.RateLimitMiddleware",
    "lms.accounts.middleware.RefusedFormMiddleware",
    "lms.core.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.portal.context_processors.interface",
            ],
        },
    },
]

# SQLite in WAL mode with immediate transactions: readers never wait, and a second writer waits
# its turn instead of failing half-way. On PostgreSQL kept connections (Django's default of
# opening one per request costs four times the throughput on a save).
DATABASES = {
    "default": dj_database_url.parse(
        env_text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    ),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]]
if redis_url := env_text("REDIS_URL", ""):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "funeng",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# Whole pages and parts of pages, in the process's own memory: what may be given again is asked of the database.
CACHES |= {
    alias: {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": alias,
        "OPTIONS": {"MAX_ENTRIES": most},
    }
    for alias, most in (("pages", 500), ("template_fragments", 3000))
}

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "write_once": {
        "BACKEND": "lms.core.storage.WriteOnceFiles",
        "OPTIONS": {"location": str(VAR_DIR / "store"), "file_permissions_mode": 0o440},
    },
    # Videos and sounds: served by `courses.media` to those who may watch, never under an address of their own.
    "recordings": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "recordings"), "file_permissions_mode": 0o440},
    },
    # Interactive packages, each as the ZIP file that was checked; `courses.packages` reads single files out of it.
    "packages": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "packages"), "file_permissions_mode": 0o440},
    },
}
# Where uploads grow until they are whole; on the same disk as the recordings a finished one is moved, not copied.
UPLOAD_DIR = VAR_DIR / "uploads"
RECORDING_MAX_BYTES = int(env_text("RECORDING_MAX_MB", "4096")) * 1024 * 1024
PACKAGE_MAX_BYTES = int(env_text("PACKAGE_MAX_MB", "200")) * 1024 * 1024
RECORDING_SPARE_BYTES = 512 * 1024 * 1024
# An internal address of the web server in front (nginx: `internal`), if it shall send the bytes itself.
RECORDING_ACCEL_PREFIX = env_text("RECORDING_ACCEL_PREFIX", "")
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# The run time of SCORM is installed by npm (docs/decisions/0017-interactive-packages.md).
STATICFILES_DIRS = [BASE_DIR / "static", ("scorm-again", BASE_DIR / "node_modules" / "scorm-again" / "dist")]
STATICFILES_FINDERS = [
    "courses.packages.finders.PickyFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lms.core.joined_files.JoinedFinder",
]
# What every page and every lesson links, in one file each: names of sources in the same folder, in the order of reading.
JOINED_FILES = {
    "css/site.css": ["tokens", "base", "layout", "components", "pages", "print"],
    "css/pages/lesson.css": ["learning", "media"],
    # A lesson's own scripts are small; a request more would keep it waiting on a slow line (benchmarks/weight.py).
    "js/site.js": ["theme", "nav", "dialog", "phrases", "leaving", "place", "self-check", "notes"],
}

TASKS = {
    "default": {
        "BACKEND": {
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
            "database": "django_tasks_db.DatabaseBackend",
        }[env_text("TASK_BACKEND", "immediate")],
    },
}

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "lms.formats"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# The second holds Chinese for what Wagtail leaves in English; our own words win.
LOCALE_PATHS = [BASE_DIR / "lms" / "locale", BASE_DIR / "lms" / "vendor_locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Sign-in: phone first, because many carers have no e-mail; a code instead of a password to remember.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:start"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "lms.accounts.forms.SignInForm",
    "signup": "lms.accounts.forms.SignUpForm",
    "request_login_code": "lms.accounts.forms.CodeRequestForm",
    "reset_password": "lms.accounts.forms.PasswordResetForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "lms.accounts.person_form.NameAndReachForm"
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An e-mail is proved by the code sent at sign-up, or by a link from the account page; an unproved one opens nothing
# (docs/decisions/0008-proving-a-contact.md), so there is nothing left to verify at each sign-in.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 10 * 60
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 10 * 60  # as the SMS says
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_FORMS = {"add_webauthn": "lms.accounts.key_form.AddKeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
SMS_GATEWAY = env_text("SMS_GATEWAY", "lms.notices.gateways.ConsoleSmsGateway")

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "funeng@localhost")

SECRET_KEY = env_text("SECRET_KEY", "")
FIELD_KEYS = env_list("FIELD_KEYS", "")
SIGNING_PASSPHRASE = env_text("SIGNING_PASSPHRASE", "")
SIGNING_KEY_DIR = Path(env_text("SIGNING_KEY_DIR", str(VAR_DIR / "keys")))
# The address of an RFC 3161 service; "demo:" is the demonstration's own, in this process.
TSA_URL = env_text("TSA_URL", "")
# PAdES-B-B, PAdES-B-T or PAdES-B-LT; empty: B-LT where there is a time-stamp service, otherwise B-B.
SIGNATURE_LEVEL = env_text("SIGNATURE_LEVEL", "")
# Keys in tokens: the token's PKCS#11 library, and a PIN for each token in SIGNING_PIN_<LABEL> (or SIGNING_PIN_<LABEL>_FILE).
PKCS11_MODULE = env_text("PKCS11_MODULE", "")
SIGNING_PINS = env_family("SIGNING_PIN_")
# Licensed providers of signatures, as JSON: {"<name>": {"url": …, "client": …, "secret": …}} (docs/decisions/0014-keys.md).
SEAL_PROVIDERS = env_json("SEAL_PROVIDERS", "{}")
# How many tasks work on one batch of certificates at the same time; each wants a worker process.
ISSUE_WORKERS = int(env_text("ISSUE_WORKERS", "1"))
# Where "show on the map" leads; a plain link, nothing is fetched from there.
MAP_SEARCH_URL = env_text("MAP_SEARCH_URL", "https://uri.amap.com/search?keyword={address}")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lms.portal.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows our pages in a frame of its own
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
# The editors' admin alone needs inline styles (Draftail, menus) and nonce'd scripts; see
# docs/decisions/0005-content-security-policy.md.
CSP_ADMIN_PREFIXES = ("/cms/",)
CSP_ADMIN_OVERRIDES = {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
}

WAGTAIL_SITE_NAME = "辅能 Funeng"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# What readers see is not replaced under them.
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.catalogue.file_forms.ImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.catalogue.file_forms.DocumentForm"
# What a browser would run (js, html, svg) or nobody can look into (zip) is no document.
WAGTAILDOCS_EXTENSIONS = [
    *("pdf", "rtf", "txt", "csv", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "wps", "et", "dps"),
    *("jpg", "jpeg", "png", "gif", "webp"),
]
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
# Accounts are kept in one place: the site's own pages, not the editors' admin.
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

DEMO_CLOCK_FILE: Path | None = None
# Sign-up asks for a phone or an e-mail, either is enough (decision 4); allauth wants one required.
# The frame check wants DENY; the editors' preview needs SAMEORIGIN (X_FRAME_OPTIONS above).
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W019"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"lms": {"level": "INFO"}, "courses": {"level": "INFO"}, "certification": {"level": "INFO"}},
}
