"""The room's doors into the pure rooms: loading, measuring, listing records, and statements as documents."""
