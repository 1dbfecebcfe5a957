"""The report that management opens: one content, several formats.

`content` says what the report says, from figures and nothing else; each format only writes it down.
"""
