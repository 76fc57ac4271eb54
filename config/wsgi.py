"""WSGI entry point, served by granian: Django, with the fast lane for the hottest route in front of it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from kencho.applications.fast_lane import FastLane  # noqa: E402  # apps can be imported once Django is set up

application = FastLane(_django)
