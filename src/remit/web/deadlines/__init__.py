"""What is due in an engagement, as a list and as a calendar that other programs follow."""
