"""The report of a replay from columns: the live machine's figures, counted by the same rules."""
