"""E-mail by SMTP: one thread a conversation."""
