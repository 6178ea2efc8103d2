"""Folding anew: late events are put in, and retracted ones left out, at their own place."""
