import type { App } from "../app.ts";
import { type Child, el } from "../dom.ts";
import { icon } from "../icons.ts";
import { conceptPanel } from "./concept.ts";
import { edgePanel } from "./edge.ts";
import { paperPanel } from "./paper.ts";
import { draftPanel, pathPanel } from "./path.ts";
import { startPanel } from "./start.ts";

/** The details beside the drawing. */
export function panel(app: App): HTMLElement {
  const body = el("div", { class: "body" });
  const close = el("button", { type: "button", class: "icon-button close", title: "Close (Esc)", "aria-label": "Close the details", onclick: () => void app.select(null) }, icon("close"));
  const box = el("aside", { id: "panel", "aria-label": "Details", tabindex: -1 }, close, body);

  function content(): Child[] {
    if (app.draft) return draftPanel(app);
    const { selection } = app.state;
    if (!selection) return startPanel(app, false);
    if ("path" in selection) return pathPanel(app, selection.path.from, selection.path.to);
    if ("concept" in selection) {
      const at = app.model.conceptAt.get(selection.concept);
      return at === undefined ? startPanel(app, true) : conceptPanel(app, at);
    }
    if ("paper" in selection) {
      const at = app.model.paperAt.get(selection.paper);
      return at === undefined ? startPanel(app, true) : paperPanel(app, at);
    }
    const at = app.model.edgeAt.get(selection.edge);
    return at === undefined ? startPanel(app, true) : edgePanel(app, at);
  }

  function render(): void {
    // whoever has pressed a button in here goes on from the heading of what it led to
    const within = body.contains(document.activeElement);
    const fresh = el("div", null, content());
    body.replaceChildren(...fresh.childNodes);
    close.hidden = !app.state.selection && !app.draft;
    box.scrollTop = 0;
    if (within) body.querySelector<HTMLElement>("h2")?.focus();
  }

  let filters = "";
  app.onChange((change) => {
    const { years, relations } = app.state.show;
    const now = JSON.stringify([years, [...relations]]);
    if (change.selection || change.draft || change.data || (change.shown && now !== filters)) render();
    filters = now;
  });
  render();
  return box;
}
