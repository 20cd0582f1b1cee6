"""The door of the web server. It stays shut while a system check finds an error."""

import os

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
application = get_wsgi_application()

if settings.MODE == "test":
    raise ImproperlyConfigured("CASEWORK_MODE=test is for the tests, which serve by themselves.")
errors = [
    message
    for message in run_checks(include_deployment_checks=settings.PRODUCTION, databases=["default"])
    if message.is_serious(ERROR)
]
if errors:
    raise ImproperlyConfigured("\n".join(["Casework does not start:", *map(str, errors)]))
