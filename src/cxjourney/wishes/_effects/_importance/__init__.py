"""Which driver brings how much of R2: this describes, it decides nothing (SPEC 8)."""
