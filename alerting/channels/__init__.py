"""The ways to reach people, one folder each: its settings, what it sends, and how."""
