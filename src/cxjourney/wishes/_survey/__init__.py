"""A survey: its table taken in, its statements read, and the map of its wishes."""
