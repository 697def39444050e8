"""``sluice init``: a repository of contracts."""
