"""The command `python -m cxjourney wishes`."""
