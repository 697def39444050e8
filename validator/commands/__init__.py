"""`sluice run` and `sluice submit`."""
