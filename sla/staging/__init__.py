"""From landed files to typed rows by period, and the profiles of each file."""
