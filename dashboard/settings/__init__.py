"""Settings: the sheets that a lead edits."""
