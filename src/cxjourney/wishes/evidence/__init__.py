"""Evidence that comes in fact by fact."""
