"""The records: what people of both sides did, kept by Django, over the same corridor as the commands."""
