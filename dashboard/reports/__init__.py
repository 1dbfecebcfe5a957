"""Reports: one content for management, written in several formats."""
