"""The Time split page."""
