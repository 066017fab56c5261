"""Reference pages and JSON Schemas made from the models that read the files: they say what the reader does."""

from remit.reports.reference.pages import contract_page, mapping_page
from remit.reports.reference.schemas import json_schema, schema_text

__all__ = ["contract_page", "json_schema", "mapping_page", "schema_text"]
