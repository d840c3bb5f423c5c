"""The test settings and one bare page type beside them."""

from lms.settings import test
from lms.settings.test import *  # noqa: F403

INSTALLED_APPS = [*test.INSTALLED_APPS, "benchmarks.barepage"]
