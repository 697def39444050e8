"""The commands of the scheduled job."""
