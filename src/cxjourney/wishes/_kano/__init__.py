"""Kano's questionnaire: its answers, what they make of a wish, and the map of several."""
