"""What a replay finds: counted once for both engines, and told as figures."""
