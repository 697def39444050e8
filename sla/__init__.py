"""The scheduled job: stage what landed, profile it, judge it, promote or hold it, and keep the ledger."""
