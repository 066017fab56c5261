"""Packets: a settled month as one signed file, made for the other side and computed again from theirs."""
