"""Log lines as JSON, one a line, each with its request's id."""

import json
import logging
from datetime import UTC, datetime

from remit.web.shared.requests import request_id


class JsonLines(logging.Formatter):
    """A record as one line of JSON: instant, level, logger, message, request, and the facts given with it."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            told["request"] = request_id.get()
        told |= getattr(record, "facts", {})
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
