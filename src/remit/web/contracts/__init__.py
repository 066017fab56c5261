"""Contracts on screen: their files as agreed, drafts, approval by both sides, what they say and what changes."""
