"""Background work, kept in the database: jobs with progress, retries and an end, taken up again after a crash."""
