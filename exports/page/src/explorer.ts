import { readData } from "./data.ts";
import { el } from "./dom.ts";

async function start(): Promise<void> {
  const data = await readData();
  document.getElementById("app")?.replaceChildren(el("h1", null, data.title), el("p", null, data.about));
  document.body.dataset["ready"] = "yes";
}

void start();
