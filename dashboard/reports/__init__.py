"""The report that management opens: one content, several formats.

`content` builds what the report says, from figures alone; each format only writes it down.
"""
