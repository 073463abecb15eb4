"""Counts how often word sequences occur, and how, in a large collection of titles and abstracts.

usage: python training/statistics.py SHARED OUT.npz [--least N]

SHARED is the folder that holds `data/ml-abstracts` and `data/acl-anthology`. Only counts leave it: a row is the 64-bit key of
a folded word sequence and, for each column, the number of papers, as round(8·log2(1+n)). Papers of the gold are left out,
so that no paper is scored with statistics of itself.
"""

from __future__ import annotations
