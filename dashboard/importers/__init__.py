"""Importers: one export format a module; they turn files into canonical frames and know nothing of the store."""
