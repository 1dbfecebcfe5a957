"""The tab Outlook of Labeling & automation."""
