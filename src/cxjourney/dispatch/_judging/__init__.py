"""Judging: what becomes of an intent by the policy, at its planning and before its hook."""
