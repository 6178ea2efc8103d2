"""The engine: journeys folded many at once, with the answers of the live machine."""
