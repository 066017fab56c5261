"""The site as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.web.settings")
application = get_wsgi_application()

# What is loaded by now stays as long as the process: the collector, walking it again and again, made some pages wait.
gc.collect()
gc.freeze()
