"""What is changed without code: the product folder, its YAML files and their models."""

import os
from pathlib import Path

SHIPPED = Path(__file__).parent


def folder() -> Path:
    """The product folder in use: ALMANAC_CONFIG, or the one shipped."""
    return Path(os.environ.get("ALMANAC_CONFIG") or SHIPPED)
