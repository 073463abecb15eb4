import { type Child, el } from "../dom.ts";
import { icon } from "../icons.ts";

/** A dialog with a heading and a cross; a click beside it closes it as well. */
export function dialog(id: string, title: string, ...content: (Child | Child[])[]): HTMLDialogElement {
  const box = el("dialog", { id, "aria-labelledby": `${id}-title` },
    el("div", { class: "dialog-head" },
      el("h2", { id: `${id}-title` }, title),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => box.close() }, icon("close")),
    ),
    ...content,
  );
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  return box;
}
