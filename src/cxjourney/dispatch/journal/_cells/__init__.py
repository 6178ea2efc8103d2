"""Cells: what a column of a table may hold, and those that hold something else."""
