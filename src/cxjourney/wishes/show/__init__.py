"""Tables and pictures of a map of wishes."""
