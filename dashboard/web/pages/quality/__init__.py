"""The tab Quality of Labeling & automation."""
