"""Golden records: records with the verdict that the author expects, kept beside the contract as its tests."""
