"""Savings against the business case: as text, JSON, CSV, and a workbook."""

from remit.reports.benefits.documents import BenefitReport, benefits_as_csv, benefits_as_json, benefits_as_text
from remit.reports.benefits.workbook import benefits_as_workbook

__all__ = ["BenefitReport", "benefits_as_csv", "benefits_as_json", "benefits_as_text", "benefits_as_workbook"]
