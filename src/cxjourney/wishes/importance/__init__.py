"""How explained variance divides among drivers; it describes and decides nothing."""
