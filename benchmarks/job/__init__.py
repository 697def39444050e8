"""What the validation job costs on Flink, beside the same job without validation and what one would write by hand."""
