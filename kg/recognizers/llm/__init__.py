"""A language model behind an OpenAI-compatible endpoint as a recogniser: a server of one's own, or a provider's.

Titles and abstracts are sent to the address that the user gave, and nothing to any other.
"""

from __future__ import annotations

from kg.recognizers.llm.language_model import KEY_ENV, LanguageModel

__all__ = ["KEY_ENV", "LanguageModel"]
