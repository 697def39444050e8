"""What is kept between runs: what was told, the incidents' lives, conversations, the outbox, mutes."""
