"""The report of a replay, part by part."""
