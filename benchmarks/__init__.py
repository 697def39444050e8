"""What is measured, beside whom, and how to repeat it."""
