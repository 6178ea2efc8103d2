"""Erasing: what is kept of a customer goes, and what outlives it is told (SPEC T28, 7)."""
