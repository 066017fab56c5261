"""Disputes on a number, a credit line or an invoice line: claimed, answered, escalated, decided."""
