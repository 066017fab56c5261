"""The corridor: facts, measures, service levels, credits, scorecards; pure arithmetic."""
