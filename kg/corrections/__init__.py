"""Corrections: what people found wrong in a graph, as lines of a file that every build reads and applies again.

`record` is one line, `read` a file of them; `names` finds the concepts that lines are about, `concepts` applies what is said of concepts
and `papers` what is said of papers; `plan` puts these in order and says of each line what came of it.
"""

from kg.corrections.read import read_corrections as read_corrections
from kg.corrections.record import Correction as Correction
from kg.corrections.record import Kind as Kind
from kg.corrections.record import Outcome as Outcome
from kg.corrections.record import Status as Status
