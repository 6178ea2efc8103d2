"""Where customers stand: the parts of snapshots, and the intents that are quiet."""
