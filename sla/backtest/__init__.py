"""How often the rules of a contract, as they stand now, would have fired over the history that is kept."""
