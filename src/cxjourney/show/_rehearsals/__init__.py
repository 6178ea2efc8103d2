"""The figures of a rehearsal, and what differs between two, as tables."""
