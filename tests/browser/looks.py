"""Pictures of pages, compared with small ones in `pictures/` that somebody has looked at.

Pictures are a tenth of the window wide, so that fonts and the smoothing of lines, which differ between machines, do not count; where
something moves, vanishes or changes its colour, they differ. `KG_PICTURES=1` takes them anew: look at them before they are committed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PICTURES = Path(__file__).with_name("pictures")
SMALLER = 10
#: Mean difference of all, and of the hundredth of the picture that differs most; of 255.
MEAN, WORST = 3.0, 47.0

Floats = np.ndarray[Any, np.dtype[np.float64]]


def picture(page: Any) -> Floats:
    """What the window shows, small: height × width × 3, 0 to 255."""
    image = Image.open(io.BytesIO(page.driver.get_screenshot_as_png())).convert("RGB")
    small = image.resize((image.width // SMALLER, image.height // SMALLER), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64)


def differ(one: Floats, other: Floats) -> tuple[float, float]:
    """Mean difference of two pictures of one size, and that of the hundredth that differs most."""
    assert one.shape == other.shape, (one.shape, other.shape)
    difference = np.sort(np.abs(one - other).mean(axis=2).ravel())
    return float(difference.mean()), float(difference[-max(1, len(difference) // 100) :].mean())


def compare(name: str, found: Floats) -> None:
    """Fails where a picture is not as that of its name in `pictures/`."""
    path = PICTURES / f"{name}.png"
    if os.environ.get("KG_PICTURES") == "1":
        PICTURES.mkdir(exist_ok=True)
        Image.fromarray(found.round().astype(np.uint8)).save(path, optimize=True)
    mean, worst = differ(found, np.asarray(Image.open(path).convert("RGB"), dtype=np.float64))
    assert mean < MEAN and worst < WORST, f"{name}: mean difference {mean:.1f}, worst {worst:.1f}; see tests/browser/looks.py"
