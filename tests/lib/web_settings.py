"""The site's settings for tests: a data folder and a key of their own, cheap password hashes, files as they lie."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["REMIT_DATA"] = tempfile.mkdtemp(prefix="remit-tests-")
atexit.register(shutil.rmtree, os.environ["REMIT_DATA"], ignore_errors=True)
os.environ["REMIT_SECRET_KEY"] = "only for tests, and long enough for its checks"

from remit.web.settings import *  # noqa: E402, F403
from remit.web.settings import DATA, DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_FILE_PATH = Path(DATA) / "mail"

# A file, not memory: other connections and processes must see it. No test is about a machine that loses power.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA) / "tests.db")}
    OPTIONS = DATABASES["default"]["OPTIONS"]
    OPTIONS["init_command"] = OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
