"""Results as documents: statements, explanations and reconciliations for people and for spreadsheets."""
