"""Marks: which hooks of a batch were called, and what came of it, until that is written."""
