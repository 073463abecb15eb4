// The page that drawing.py measures beside ours; SRC and TEST stand for folders of exports/page.
import Graph from "graphology";
import Sigma from "sigma";
import EdgeCurveProgram, { EdgeCurvedArrowProgram } from "@sigma/edge-curve";
import { LIGHT } from "SRC/palette.ts";
import { synthetic } from "TEST/synthetic.ts";
const asked = new URLSearchParams(location.hash.slice(1));
const scene = synthetic(Number(asked.get("n")), Number(asked.get("m")));
document.body.style.cssText = "margin:0;height:100vh;overflow:hidden";
const host = document.createElement("div");
host.style.cssText = "position:absolute;inset:0";
document.body.append(host);
const graph = new Graph({ multi: true, type: "directed" });
for (let n = 0; n < scene.n; n++)
  graph.addNode(n, { x: scene.x[n], y: -scene.y[n], size: scene.r[n] / 3, color: LIGHT.types[scene.type[n]], label: scene.label[n] });
const { head, tail, kind, width, directed } = scene.edges;
for (let e = 0; e < head.length; e++)
  graph.addEdge(head[e], tail[e], { size: width[e], color: LIGHT.kinds[kind[e]].color + "55", type: kind[e] === 0 ? "curvedArrow" : directed[e] ? "arrow" : "line" });
const sigma = new Sigma(graph, host, { edgeProgramClasses: { curved: EdgeCurveProgram, curvedArrow: EdgeCurvedArrowProgram }, labelDensity: 1, minCameraRatio: 0.01 });
sigma.on("afterRender", () => (document.body.dataset.ready = "yes"));
const camera = sigma.getCamera();
window.shiftBy = (dx, dy) => {
  const { x, y, ratio } = camera.getState();
  camera.setState({ x: x - (dx / 900) * ratio, y: y + (dy / 900) * ratio });
};
window.closer = (factor) => camera.setState({ ratio: camera.getState().ratio / factor });
document.body.dataset.ready = "yes";
