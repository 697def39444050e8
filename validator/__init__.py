"""What runs on Flink: the validation job, its driver, its submission and its upgrade."""
