"""How every test runs: examples are judged by what they find, not by how long a busy machine takes over them."""

from hypothesis import settings

settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
