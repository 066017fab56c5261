"""Relief where volume left its forecast: drawn up by the site, asked for by the provider, decided by the client."""
