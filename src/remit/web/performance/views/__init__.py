"""The room's pages: loads, levels and their records, settlements."""
