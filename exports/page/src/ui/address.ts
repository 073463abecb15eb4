import type { App } from "../app.ts";
import { read, write } from "../core/hash.ts";
import { colors, sizes } from "../core/properties.ts";
import { copied } from "../export/clipboard.ts";

/** Keeps state and address in step: the address is a link to what is seen, and back and forward work. */
export function address(app: App): { arrive: () => boolean; copy: () => Promise<void> } {
  let written = location.hash.replace(/^#/, "");
  /** Addresses that are being followed; none is written meanwhile. */
  let arriving = 0;

  /** Goes to what the address says. False: it says nothing, or nothing that could be read. */
  function arrive(): boolean {
    const text = location.hash.replace(/^#/, "");
    written = text;
    const { state, bad: broken } = read(text, app.initial);
    let bad = broken;
    // an address of a page that knew more
    if (!sizes(app.model).some((choice) => choice.name === state.size)) [state.size, bad] = [app.initial.size, bad + 1];
    if (!colors(app.model).some((choice) => choice.name === state.color)) [state.color, bad] = [app.initial.color, bad + 1];
    const { selection, show, ...rest } = state;
    arriving++;
    app.store.set({ ...rest, show }, false);
    void app.select(selection).then(() => {
      const here = app.state.selection === selection; // a server took its time, and something else may have been selected
      if (here && state.camera) app.store.set({ camera: state.camera });
      arriving--;
      if (!here && !arriving) save(true);
      if (bad) app.toast("Parts of this address could not be read; the rest is shown.");
    });
    return text !== "";
  }

  /** Writes the address; a step is one that the browser's back leads back from. */
  function save(step: boolean): void {
    const { hash } = write(app.state, app.initial);
    if (hash === written) return;
    written = hash;
    const url = hash ? `#${hash}` : location.pathname + location.search;
    try {
      if (step) history.pushState(null, "", url);
      else history.replaceState(null, "", url);
    } catch {
      // a page inside another one (`srcdoc`) has no address of its own: it works, but without links to a view
    }
  }

  app.store.on((now, before) => {
    // a movement of the camera, a letter typed, or a list walked through with the arrow keys is no step to go back to
    if (!arriving) save(now.selection !== before.selection || now.show !== before.show || now.table !== before.table);
  });
  window.addEventListener("popstate", () => {
    if (location.hash.replace(/^#/, "") !== written) arrive();
  });
  window.addEventListener("hashchange", () => {
    if (location.hash.replace(/^#/, "") !== written) arrive();
  });

  async function copy(): Promise<void> {
    if (location.protocol === "about:") return app.toast("This page stands inside another one, so there is no address to copy. Open the page from a file for that.");
    const { hash, cut } = write(app.state, app.initial);
    const link = `${location.href.split("#")[0]}${hash ? `#${hash}` : ""}`;
    const done = await copied(link);
    const rest = cut ? " It leaves out which nodes were kept or hidden one by one: they are too many for a link." : "";
    app.toast(done ? `Copied: a link to this view.${rest}` : `Copy the link from the address bar.${rest}`);
  }
  return { arrive, copy };
}
