"""The ledger: what went in equals what came out, by coordinates and never by counts."""
