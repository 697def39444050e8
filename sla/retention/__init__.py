"""What a contract no longer keeps: planned first, listed, and removed only when somebody says so."""
