"""What a check found: one result on one window and segment, handed from the scheduled job to those who tell people."""
