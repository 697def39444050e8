"""From profiles to the verdict on a period."""
