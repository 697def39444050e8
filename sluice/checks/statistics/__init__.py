"""The little statistics that checks need: exact tails, distances with their thresholds, a family of tests."""
