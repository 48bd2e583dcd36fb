"""What holds for every test: the environment of whoever runs them must not decide what is tested."""

import os


def pytest_configure() -> None:
    """Forget the caller's own product, data, warehouse and logbook."""
    for name in ("ALMANAC_CONFIG", "ALMANAC_DATA", "ALMANAC_WAREHOUSE", "ALMANAC_LOGBOOK"):
        os.environ.pop(name, None)
