"""The style sheet of Neo4j Browser (`.grass`): the colours of the HTML page, and names as captions."""

from __future__ import annotations

from exports.property_graph import LINK_TYPES, RELATION_TYPES

__all__ = ["grass"]

#: Label → fill and border. The fills are those of exports/pyvis_page/page.css on a light ground.
_NODES = {
    "Paper": ("#7a8594", "#5a6676"),
    "Task": ("#c1440e", "#9a350a"),
    "Dataset": ("#008360", "#00684c"),
    "Architecture": ("#0068a8", "#005286"),
    "Method": ("#b0558a", "#8f4170"),
    "Metric": ("#a87500", "#865d00"),
}
_LINK, _RELATION = "#b4bdc9", "#64748b"
_HEAD = """\
node {
  diameter: 50px;
  color: #a5abb6;
  border-color: #9aa1ac;
  border-width: 2px;
  text-color-internal: #ffffff;
  font-size: 10px;
}

relationship {
  color: #a5abb6;
  shaft-width: 1px;
  font-size: 8px;
  padding: 3px;
  text-color-external: #000000;
  text-color-internal: #ffffff;
  caption: "<type>";
}
"""


def grass() -> str:
    """The text of the file: a rule for papers, one for each type of concept and one for each type of relationship.

    `Resource` and `Concept` have none, so that of a node's labels the one that tells most decides.
    """
    rules = [_HEAD]
    for label, (fill, border) in _NODES.items():
        size = 40 if label == "Paper" else 65
        rules.append(
            f"node.{label} {{\n  color: {fill};\n  border-color: {border};\n  text-color-internal: #ffffff;\n  diameter: {size}px;\n"
            '  caption: "{name}";\n}\n'
        )
    for types, colour, width in ((LINK_TYPES, _LINK, 1), (RELATION_TYPES, _RELATION, 3)):
        rules += [f'relationship.{t} {{\n  color: {colour};\n  shaft-width: {width}px;\n  caption: "<type>";\n}}\n' for t in types]
    return "\n".join(rules)
