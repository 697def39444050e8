"""The scheduled half, measured: from bronze files to a verdict, beside others on the same rows and rules."""
