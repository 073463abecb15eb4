"""The layers of an encoder as an ONNX model without values: `kg.recognize.encoder` hands them over when it loads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.extras import needed

#: Operators that onnxruntime has beside those of the standard.
_OWN = "com.microsoft"
_OPSET, _IR = 17, 9


def onnx_graph(shapes: Mapping[str, tuple[int, ...]], dim: int, heads: int) -> bytes:
    """The model, from `given` (vectors of pieces and places, shape (1, length, dim)) to `read`, of the same shape.

    Args:
        shapes: of the values, by name; `N.…` are those of layer N.

    Raises:
        EnvironmentError_: the package onnx is not there.
    """
    onnx: Any = needed("onnx", "train-encoder")
    helper, proto = onnx.helper, onnx.TensorProto
    nodes = []

    def node(kind: str, inputs: list[str], out: str, domain: str = "", **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [out], out, domain=domain, **attributes))
        return out

    def linear(x: str, name: str) -> str:
        return node("Add", [node("MatMul", [x, f"{name}.w"], f"{name}.product"), f"{name}.b"], f"{name}.sum")

    def norm(x: str, name: str, out: str) -> str:
        return node("LayerNormalization", [x, f"{name}.g", f"{name}.b"], out, axis=-1, epsilon=1e-12)

    layers = len({name.split(".")[0] for name in shapes if name[0].isdigit()})
    x = norm("given", "norm", "norm.out")
    for n in range(layers):
        seen = node("Attention", [x, f"{n}.look.w", f"{n}.look.b"], f"{n}.look.out", _OWN, num_heads=heads)
        x = norm(node("Add", [x, linear(seen, f"{n}.join")], f"{n}.joined"), f"{n}.norm1", f"{n}.middle")
        more = node("Gelu", [linear(x, f"{n}.up")], f"{n}.more", _OWN)
        x = norm(node("Add", [x, linear(more, f"{n}.down")], f"{n}.added"), f"{n}.norm2", "read" if n == layers - 1 else f"{n}.out")
    values = []
    for name, shape in shapes.items():
        value = proto(name=name, data_type=proto.FLOAT, dims=shape, data_location=proto.EXTERNAL)
        value.external_data.add(key="location", value="values")
        values.append(value)
    ends = [helper.make_tensor_value_info(name, proto.FLOAT, [1, "length", dim]) for name in ("given", "read")]
    graph = helper.make_graph(nodes, "encoder", ends[:1], ends[1:], initializer=values)
    sets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_OWN, 1)]
    model: bytes = helper.make_model(graph, opset_imports=sets, ir_version=_IR, producer_name="paperkg").SerializeToString(
        deterministic=True
    )
    return model
