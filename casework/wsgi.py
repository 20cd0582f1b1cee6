"""The door of the web server. In production it refuses to open while a system check finds an error."""

import os

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
application = get_wsgi_application()

if settings.PRODUCTION:
    found = [message for message in run_checks(include_deployment_checks=True) if message.is_serious(ERROR)]
    if found:
        raise ImproperlyConfigured("\n".join(str(message) for message in found))
