"""People, their organisations, and what each role may do in an engagement."""
