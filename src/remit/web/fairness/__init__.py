"""Fair comparisons, signals and forecasts: worked out in the background from each run, and answered by both sides."""
