"""What a contract means for one record: the verdict, pure and total."""
