"""Waiting: what is kept for later, and the order in which it goes."""
