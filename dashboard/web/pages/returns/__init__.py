"""The tab Labels or model? of Labeling & automation."""
