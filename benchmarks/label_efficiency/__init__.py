"""How few labels are enough: the loop replayed by an oracle (see ``__main__.py``)."""
