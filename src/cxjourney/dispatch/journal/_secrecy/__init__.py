"""Secrecy: what hides customers in a journal, and on what secret all who use it agree (SPEC 7)."""
