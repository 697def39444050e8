"""The ledger: landed, judged and staged, each coordinate exactly once, from bronze files, staged files and Kafka."""
