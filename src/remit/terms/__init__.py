"""The frozen values a contract is made of; this room imports nothing of ours."""
