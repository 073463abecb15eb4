/** Small builders of elements. All texts reach the page as text nodes; there is no way here to put in markup. */

export type Child = Node | string | number | null | undefined | false;
type Props = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** An element. Functions are listeners (`onclick`), true and false set and leave out an attribute. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, props?: Props | null, ...children: (Child | Child[])[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  apply(node, props);
  append(node, children);
  return node;
}

/** An element of a picture. */
export function svg(tag: string, props?: Props | null, ...children: (Child | Child[])[]): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(node, props);
  append(node, children);
  return node;
}

function apply(node: Element, props?: Props | null): void {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value as unknown as EventListener);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, String(value));
  }
}

function append(node: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) if (child !== null && child !== undefined && child !== false && child !== "") node.append(typeof child === "number" ? String(child) : child);
}

/** "1 paper", "2,300 papers". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}
