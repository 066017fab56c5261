"""Where packets lie: those made here for as long as they are wanted, those given only until they are verified."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from remit.web.shared.refusals import Refusal


def packet_file(key: str) -> Path:
    """The file of a packet made here."""
    return Path(settings.DATA) / "packets" / f"{key}.zip"


def given_file(key: str) -> Path:
    """The file of a packet that somebody gave."""
    return Path(settings.DATA) / "packets" / "given" / f"{key}.zip"


def keep_given(key: str, pieces: Iterable[bytes]) -> int:
    """Write a given packet down; how many bytes it has. Raises Refusal where it has too many, or none."""
    path, size = given_file(key), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > settings.UPLOAD_LIMIT_BYTES:
                    limit = int(settings.UPLOAD_LIMIT_BYTES) // (1024 * 1024)
                    raise Refusal(
                        _("The packet has more than %(limit)s MB.") % {"limit": limit},
                        _("Verify it on the command line: remit verify FILE"),
                    )
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise Refusal(_("The file is empty."), _("Choose the packet you were given, a file that ends in .zip."))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size
