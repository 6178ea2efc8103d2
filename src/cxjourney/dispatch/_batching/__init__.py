"""Many customers side by side: what they ask and write goes to the journal together."""
