"""The tab Savings of Labeling & automation."""
