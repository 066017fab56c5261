"""The room's doors into the pure rooms: evidence with agreed waivers, records, effects, duties."""
