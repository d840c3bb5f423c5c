"""A real site: everything secret comes from the environment, and a missing one stops the start."""

from lms.settings.base import *  # noqa: F403
from lms.settings.base import STORAGES
from lms.settings.env import env_flag, env_list, env_number, env_text

SECRET_KEY = env_text("SECRET_KEY")
FIELD_KEYS = env_list("FIELD_KEYS")
SIGNING_PASSPHRASE = env_text("SIGNING_PASSPHRASE")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
PUBLIC_URL = env_text("PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
WAGTAILADMIN_BASE_URL = PUBLIC_URL
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env_text("EMAIL_HOST", "localhost")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env_flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand in front: limits on sign-in and on verification count the address before them.
ALLAUTH_TRUSTED_PROXY_COUNT = env_number("TRUSTED_PROXY_COUNT", 1)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "lms.core.static_files.CompressedStaticFiles"}}
