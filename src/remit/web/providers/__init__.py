"""The register of the parties: who they legally are, and the sites they work from."""
