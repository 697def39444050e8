"""What a contract says: from the text of an ODCS file to a frozen Contract, or every problem in it at once."""
