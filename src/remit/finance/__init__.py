"""Money arithmetic of an engagement: what is charged and why."""
