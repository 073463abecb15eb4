"""What is characteristic of a group, beside the rest: not what is frequent in it, but what is more frequent there than elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.floating | np.integer]


def log_odds(inside: Numbers, everywhere: Numbers, size: Numbers, total: Numbers, prior: Numbers) -> Floats:
    """Log-odds ratios with an informative Dirichlet prior, over their standard deviation: z-scores.

    Monroe, Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of Political
    Conflict", 2008, equations 16, 20 and 22. The prior has the proportions of the whole corpus, so that a thing found twice, both times
    in the group, does not come before one found a hundred times, ninety of them there.

    All arguments are arrays of one length, or numbers that hold for all things.

    Args:
        inside: how often each thing is found in the group.
        everywhere: how often in all, the group included.
        size: how often anything is found in the group.
        total: how often anything is found in all.
        prior: the strength of the prior, in counts: α₀.

    Returns:
        For each thing its z-score; above 1.96 it is more frequent inside at the level of 5 %. 0 for things found nowhere.
    """
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = prior * everywhere / total
        rest = everywhere - inside
        one = np.log(inside + alpha) - np.log(size + prior - inside - alpha)
        other = np.log(rest + alpha) - np.log(total - size + prior - rest - alpha)
        score = (one - other) / np.sqrt(1 / (inside + alpha) + 1 / (rest + alpha))
    found: Floats = np.where(everywhere > 0, np.nan_to_num(score), 0.0)
    return found
