import { App } from "./app.ts";
import { Model } from "./core/model.ts";
import { el } from "./dom.ts";
import { FileSource } from "./source/file.ts";
import { HttpSource } from "./source/http.ts";
import type { Source } from "./source/source.ts";
import { page } from "./ui/page.ts";

/** Where the data come from, by what the page says of itself. */
function source(): Source {
  return document.body.dataset["mode"] === "server" ? new HttpSource() : new FileSource();
}

async function start(): Promise<void> {
  const host = document.getElementById("app");
  if (!host) throw new Error("the page has no element with the id app");
  try {
    const from = source();
    const app = new App(new Model(await from.all()), from);
    const picture = page(app, host);
    if (from instanceof FileSource) {
      // so that the first letter typed is answered at once
      const idle = window.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 200));
      idle(() => from.index(app.model.data));
    }
    // for those who script the page, and for its tests
    Object.assign(window, { paperkg: { app, picture, data: app.model.data } });
    document.body.dataset["ready"] = "yes";
  } catch (error) {
    host.replaceChildren(el("p", { class: "failed", role: "alert" }, `This page could not be opened: ${error instanceof Error ? error.message : String(error)}`));
    throw error;
  }
}

void start();
