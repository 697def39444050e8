"""What each keyword of draft-07 asks of a case: one small generator of reasons a keyword, in tables by type."""
