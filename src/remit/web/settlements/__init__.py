"""Months closed together: figures proposed, agreed or objected to, closed, and restated when later facts come."""
