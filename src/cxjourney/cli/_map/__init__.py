"""The command ``cxjourney map``: a mapping proposed for a log, each guess with its reason."""
