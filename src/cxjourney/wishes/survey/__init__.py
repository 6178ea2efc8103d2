"""A survey as a whole: what is asked of it, and the map of its wishes."""
