"""Moving: what is kept under one id goes under another, and the first goes on working (SPEC 7)."""
