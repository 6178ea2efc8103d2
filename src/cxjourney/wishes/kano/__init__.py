"""Kano's questionnaire."""
