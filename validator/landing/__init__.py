"""The landing job: every validated and dead-letter topic to the bronze files of the lake, as its records are."""
