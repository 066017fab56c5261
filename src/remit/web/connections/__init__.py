"""Connections: where the site tells other systems what happened, by signed webhooks with a log of every delivery."""
