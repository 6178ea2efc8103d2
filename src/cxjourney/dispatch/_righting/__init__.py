"""What was wrong is put right: late events, retracted ones, two ids of one person (SPEC 4.1)."""
