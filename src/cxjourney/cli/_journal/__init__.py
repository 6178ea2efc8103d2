"""The command ``cxjourney journal``: to look at a journal, and to mend it."""
