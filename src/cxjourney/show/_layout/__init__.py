"""How a text is laid out: how wide it is on a terminal, where its lines break, its colours."""
