"""Kinds of columns: what stands in a cell, and whether it can be read."""
