"""Specimens: engagements made up for examples, seeded, with the dirt that real exports have and a ledger of it."""

from remit.specimens.contact_centre import DEFAULT_SEED, GeneratedExport, generate_contact_centre

__all__ = ["DEFAULT_SEED", "GeneratedExport", "generate_contact_centre"]
