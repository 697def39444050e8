"""The published table, and the acts that change what it holds."""
