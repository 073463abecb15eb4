"use strict";
// The page's script. All texts of papers reach the page as text nodes, never as markup; nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById("graph-data").textContent);
  const $ = (id) => document.getElementById(id);
  const PAGE = 20; // entries of a list shown at once
  const SHAPES = { Task: "diamond", Dataset: "square", Architecture: "triangle", Method: "dot", Metric: "hexagon", Paper: "page" };
  const VERBS = {
    kindOf: ["is a kind of", "has the kind"], basedOn: ["is based on", "is the base of"], partOf: ["is part of", "has the part"],
    usedFor: ["is used for", "is done with"], evaluatedOn: ["is evaluated on", "is used to evaluate"],
    trainedOn: ["is trained on", "is used to train"], measuredBy: ["is measured by", "measures"],
    comparedWith: ["is compared with", "is compared with"],
  };
  const LINKS = {
    proposes: "proposes", comparesWith: "compares with", evaluatesOn: "evaluates on", addresses: "addresses",
    measures: "measures", uses: "uses", mentions: "mentions",
  };
  const { concepts, papers, links, sentences, edges: edgeList } = data;
  const on = { types: {}, kinds: {} };
  for (const t of data.types) on.types[t.name] = true;
  for (const k of data.kinds) on.kinds[k.name] = k.on;

  const byConcept = concepts.map(() => []);
  const byPaper = papers.map(() => []);
  links.forEach((l) => { byConcept[l[0]].push(l); byPaper[l[1]].push(l); });
  const conceptAt = new Map(concepts.map((c, i) => [c.id, i]));
  const paperAt = new Map(papers.map((p, i) => [p.id, i]));
  const edgesOf = new Map();
  edgeList.forEach((e, i) => { for (const end of [e.from, e.to]) (edgesOf.get(end) || edgesOf.set(end, []).get(end)).push(i); });

  // --- small builders --------------------------------------------------------------------------------------------------

  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (key === "onclick") node.addEventListener("click", value);
      else node.setAttribute(key, value);
    }
    for (const child of children.flat()) if (child !== null && child !== undefined && child !== "") node.append(child);
    return node;
  }

  function svg(draw, width) {
    const space = "http://www.w3.org/2000/svg";
    const image = document.createElementNS(space, "svg");
    for (const [k, v] of [["width", width], ["height", 14], ["viewBox", `0 0 ${width} 14`], ["aria-hidden", "true"]]) image.setAttribute(k, v);
    const shape = document.createElementNS(space, draw[0]);
    for (const [k, v] of Object.entries(draw[1])) shape.setAttribute(k, v);
    image.append(shape);
    return image;
  }

  function typeIcon(type) {
    const fill = `var(--${type.toLowerCase()})`;
    const points = {
      diamond: "7,0.5 13.5,7 7,13.5 0.5,7", square: "1.5,1.5 12.5,1.5 12.5,12.5 1.5,12.5", triangle: "7,0.8 13.6,12.6 0.4,12.6",
      hexagon: "3.6,1 10.4,1 13.8,7 10.4,13 3.6,13 0.2,7", page: "3,1 11,1 11,13 3,13",
    }[SHAPES[type]];
    return svg(points ? ["polygon", { points, fill }] : ["circle", { cx: 7, cy: 7, r: 6, fill }], 14);
  }

  function kindIcon(kind) {
    const dash = { catalog: "4 3", together: "none", link: "1.5 2" }[kind] || "none";
    const width = { text: 2.4, catalog: 2 }[kind] || 1;
    return svg(["line", { x1: 0, x2: 26, y1: 7, y2: 7, stroke: `var(--edge-${kind})`, "stroke-width": width, "stroke-dasharray": dash }], 26);
  }

  const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || `${one}s`}`;
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const nameOf = (id) => (typeof id === "number" ? concepts[id].name : papers[+id.slice(1)].title);
  const typeOf = (id) => (typeof id === "number" ? concepts[id].type : "Paper");

  // --- the drawing -----------------------------------------------------------------------------------------------------

  const sizes = new Map(data.nodes.map((n) => [n.id, n.size]));
  const nodes = new vis.DataSet(data.nodes.map((n) => ({ ...n, label: undefined, shape: SHAPES[typeOf(n.id)] === "page" ? "square" : SHAPES[typeOf(n.id)] })));
  const edges = new vis.DataSet(edgeList.map((e, i) => ({ id: i, from: e.from, to: e.to, width: e.width, arrows: e.arrows, dashes: e.dashes, smooth: e.smooth })));
  const network = new vis.Network($("network"), { nodes, edges }, data.options);
  const labelOrder = data.nodes.map((n) => n.id).sort((a, b) => sizes.get(b) - sizes.get(a));
  let palette = {};
  let focus = null; // {node} or {edge}: what is selected
  let near = new Set(); // the nodes that stay bright
  let hovered = null;

  const nodeShown = (id) => on.types[typeOf(id)] === true;
  const edgeShown = (i) => on.kinds[edgeList[i].kind] && nodeShown(edgeList[i].from) && nodeShown(edgeList[i].to);

  function paint() {
    near = new Set();
    if (focus && focus.node !== undefined) {
      near.add(focus.node);
      for (const i of edgesOf.get(focus.node) || []) if (edgeShown(i)) near.add(edgeList[i].from).add(edgeList[i].to);
    } else if (focus) near.add(edgeList[focus.edge].from).add(edgeList[focus.edge].to);
    nodes.update(data.nodes.map((n) => {
      const fill = palette[typeOf(n.id)];
      const bright = !focus || near.has(n.id);
      const chosen = focus && focus.node === n.id;
      const edge = chosen ? palette.ink : palette.ground;
      return { id: n.id, hidden: !nodeShown(n.id), opacity: bright ? 1 : 0.13, borderWidth: chosen ? 3 : 1, borderWidthSelected: chosen ? 3 : 1,
        color: { background: fill, border: edge, highlight: { background: fill, border: palette.ink }, hover: { background: fill, border: palette.ink } } };
    }));
    edges.update(edgeList.map((e, i) => {
      const touched = focus && (focus.edge === i || focus.node === e.from || focus.node === e.to);
      const base = palette[`edge-${e.kind}`];
      const opacity = !focus ? { text: 0.6, catalog: 0.75, together: 0.7, link: 0.6 }[e.kind] : touched ? 1 : 0.06;
      return { id: i, hidden: !edgeShown(i), width: focus && focus.edge === i ? e.width + 2 : e.width,
        color: { color: focus && focus.edge === i ? palette.accent : base, highlight: palette.accent, hover: palette.accent, opacity } };
    }));
  }

  function readPalette() {
    palette = {};
    for (const t of Object.keys(SHAPES)) palette[t] = color(t.toLowerCase());
    for (const v of ["ink", "ground", "soft", "halo", "accent", "edge-text", "edge-catalog", "edge-together", "edge-link"]) palette[v] = color(v);
    paint();
  }

  // Labels keep one size on the screen and never cover one another: large nodes are named first, the rest when there is room.
  const widths = new Map();
  let labelled = [];
  function drawLabels(ctx) {
    const scale = network.getScale();
    const matrix = ctx.getTransform();
    const ratio = matrix.a / scale;
    const at = network.getPositions();
    const wide = ctx.canvas.width / ratio;
    const high = ctx.canvas.height / ratio;
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const cells = new Map();
    const CELL = 80;
    const around = function* (b) {
      for (let x = Math.floor(b[0] / CELL); x <= Math.floor(b[2] / CELL); x++)
        for (let y = Math.floor(b[1] / CELL); y <= Math.floor(b[3] / CELL); y++) yield `${x},${y}`;
    };
    const put = (b) => { for (const key of around(b)) (cells.get(key) || cells.set(key, []).get(key)).push(b); };
    // a label keeps off other labels, and off nodes unless they are much smaller than its own
    const free = (b, own, strict) => {
      const small = own === null || own === undefined ? 0 : 0.62 * sizes.get(own);
      for (const key of around(b)) for (const o of cells.get(key) || [])
        if (o[4] !== own && (o[5] || (strict && o[6] > small)) && b[0] < o[2] && b[2] > o[0] && b[1] < o[3] && b[3] > o[1]) return false;
      return true;
    };
    const spots = new Map();
    for (const id of labelOrder) {
      if (!nodeShown(id) || !at[id]) continue;
      const x = (matrix.a * at[id].x + matrix.e) / ratio;
      const y = (matrix.d * at[id].y + matrix.f) / ratio;
      const r = sizes.get(id) * scale;
      if (x < -60 || y < -20 || x > wide + 60 || y > high + 20) continue;
      spots.set(id, [x, y, r]);
      if (!focus || near.has(id)) put([x - r, y - r, x + r, y + r, id, false, sizes.get(id)]);
    }
    // the legend is in the way, too
    const card = $("legend");
    put([card.offsetLeft, card.offsetTop, card.offsetLeft + card.offsetWidth, card.offsetTop + card.offsetHeight, null, true]);
    labelled = [];
    let leading = 16; // the largest get their names even over other nodes
    const first = [hovered, focus ? focus.node : null].filter((id) => id !== null && id !== undefined && spots.has(id));
    const rest = labelOrder.filter((id) => spots.has(id) && !first.includes(id) && (!focus || near.has(id)));
    for (const id of [...first, ...rest]) {
      const forced = first.includes(id) || (focus && near.has(id) && near.size < 40);
      const paperNode = typeof id !== "number";
      if (paperNode && !forced && scale < 0.9) continue;
      const [x, y, r] = spots.get(id);
      const size = Math.min(16, 10 + sizes.get(id) / 5);
      const text = nameOf(id).length > 38 ? `${nameOf(id).slice(0, 36)}…` : nameOf(id);
      ctx.font = `${sizes.get(id) > 21 || forced ? 600 : 450} ${size}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif`;
      const key = `${ctx.font}|${text}`;
      if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
      const w = widths.get(key) / 2 + 2;
      const h = size / 2 + 1;
      const places = [[x, y + r + h + 1], [x, y - r - h - 1], [x + r + w + 3, y], [x - r - w - 3, y]];
      let best = null;
      for (const strict of forced || leading-- > 0 ? [true, false] : [true]) {
        for (const p of places) {
          const box = [p[0] - w, p[1] - h, p[0] + w, p[1] + h, id, true];
          if (box[0] > 0 && box[2] < wide && box[1] > 0 && box[3] < high && free(box, id, strict)) { best = box; break; }
        }
        if (best) break;
      }
      if (!best && first.includes(id)) best = [x - w, y + r + 1, x + w, y + r + 1 + 2 * h, id, true];
      if (!best) continue;
      put(best);
      labelled.push(id);
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = palette.halo;
      ctx.fillStyle = palette.ink;
      ctx.strokeText(text, (best[0] + best[2]) / 2, (best[1] + best[3]) / 2);
      ctx.fillText(text, (best[0] + best[2]) / 2, (best[1] + best[3]) / 2);
    }
    if (focus) {
      const shown = focus.edge !== undefined ? [focus.edge] : (edgesOf.get(focus.node) || []).filter((i) => edgeList[i].kind !== "together");
      ctx.font = 'italic 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
      for (const i of shown) {
        const e = edgeList[i];
        if (!edgeShown(i) || !spots.has(e.from) || !spots.has(e.to)) continue;
        const [ax, ay] = spots.get(e.from);
        const [bx, by] = spots.get(e.to);
        const text = edgeWords(e);
        const w = ctx.measureText(text).width / 2 + 2;
        const box = [(ax + bx) / 2 - w, (ay + by) / 2 - 7, (ax + bx) / 2 + w, (ay + by) / 2 + 7, null, true];
        if (Math.hypot(ax - bx, ay - by) < 2 * w || !free(box, undefined, true)) continue;
        put(box);
        ctx.strokeStyle = palette.halo;
        ctx.fillStyle = palette.soft;
        ctx.lineWidth = 4;
        ctx.strokeText(text, (ax + bx) / 2, (ay + by) / 2);
        ctx.fillText(text, (ax + bx) / 2, (ay + by) / 2);
      }
    }
    ctx.restore();
  }

  const edgeWords = (e) => (e.kind === "together" ? count(e.papers, "paper") : e.kind === "link" ? LINKS[e.relations[0].name] : e.relations.map((r) => VERBS[r.name][0]).join(", "));

  // --- the panel -------------------------------------------------------------------------------------------------------

  const conceptLink = (i) => el("button", { type: "button", class: "link", onclick: () => go({ concept: i }) }, concepts[i].name);
  const paperLink = (i) => el("button", { type: "button", class: "link title", onclick: () => go({ paper: i }) }, papers[i].title);
  const closer = () => el("button", { type: "button", class: "close", title: "Close (Esc)", "aria-label": "Close", onclick: () => go(null) }, "×");
  const badge = (type) => el("span", { class: "badge" }, typeIcon(type), type);

  function sure(value) {
    const fill = el("i");
    fill.style.width = `${Math.round(100 * value)}%`;
    return el("span", { class: "sure" }, `confidence ${value.toFixed(2)}`, el("span", { class: "bar", "aria-hidden": "true" }, fill));
  }

  function quote(sentence, marks) {
    const text = sentences[sentence];
    const box = el("blockquote");
    let done = 0;
    for (const [start, end] of marks) {
      box.append(text.slice(done, start), el("mark", {}, text.slice(start, end)));
      done = end;
    }
    box.append(text.slice(done));
    return box;
  }

  function meta(paper, ...more) {
    const p = papers[paper];
    return el("div", { class: "meta" }, ...more, p.year ? el("span", {}, String(p.year)) : null, p.venue ? el("span", {}, p.venue) : null);
  }

  // A long list comes in pages, so that the panel of a concept in hundreds of papers opens at once.
  function list(items, make) {
    const box = el("div");
    const rows = el("ul", { class: "rows" });
    box.append(rows);
    let shown = 0;
    const button = el("button", { type: "button", class: "more", onclick: () => more() }, "");
    function more() {
      for (const item of items.slice(shown, shown + PAGE)) rows.append(make(item));
      shown = Math.min(items.length, shown + PAGE);
      button.textContent = `Show ${Math.min(PAGE, items.length - shown)} more of ${items.length - shown}`;
      if (shown < items.length) box.append(button);
      else button.remove();
    }
    more();
    return box;
  }

  function linkItem(link, heading) {
    const [, paper, relation, confidence, variant, evidence, total] = link;
    return el("li", { class: "item" }, heading,
      meta(paper, el("span", { class: "relation" }, LINKS[relation]), sure(confidence), variant ? el("span", {}, `as ${variant}`) : null),
      evidence.map(([sentence, ...marks]) => quote(sentence, marks)),
      total > evidence.length ? el("p", { class: "soft" }, `and ${count(total - evidence.length, "more sentence")}`) : null);
  }

  function showConcept(i) {
    const c = concepts[i];
    const relations = (edgesOf.get(i) || []).map((n) => edgeList[n]).filter((e) => e.kind === "text" || e.kind === "catalog");
    const together = (edgesOf.get(i) || []).map((n) => edgeList[n]).filter((e) => e.kind === "together").sort((a, b) => b.papers - a.papers);
    const parts = [closer(), el("h2", {}, c.name), el("p", {}, badge(c.type), el("span", { class: "soft" }, c.known ? "in the catalog" : "new: not in the catalog"))];
    if (c.names.length) parts.push(el("p", { class: "soft" }, `Also: ${c.names.join(" · ")}`));
    if (c.identifiers.length) parts.push(el("p", { class: "soft" }, `Elsewhere: ${c.identifiers.join(" · ")}`));
    if (relations.length) {
      const rows = [];
      for (const e of relations) for (const r of e.relations) {
        const out = e.from === i;
        rows.push(el("li", {}, el("div", { class: "row" }, el("span", { class: "verb" }, VERBS[r.name][out ? 0 : 1]), conceptLink(out ? e.to : e.from),
          el("button", { type: "button", class: "link n", onclick: () => go({ edge: edgeList.indexOf(e) }) }, e.kind === "catalog" ? "catalog" : count(r.papers, "paper")))));
      }
      parts.push(el("h3", {}, `Relations (${rows.length})`), list(rows, (row) => row));
    }
    parts.push(el("h3", {}, `Papers (${c.papers})`));
    if (byConcept[i].length < c.papers) parts.push(el("p", { class: "soft" }, `The ${byConcept[i].length} surest of ${c.papers} papers are in this page.`));
    parts.push(list(byConcept[i], (l) => linkItem(l, paperLink(l[1]))));
    if (together.length) {
      parts.push(el("h3", {}, "Often in the same papers"), list(together, (e) => {
        const other = e.from === i ? e.to : e.from;
        return el("li", {}, el("div", { class: "row" }, typeIcon(concepts[other].type), conceptLink(other),
          el("button", { type: "button", class: "link n", onclick: () => go({ edge: edgeList.indexOf(e) }) }, count(e.papers, "paper"))));
      }));
    }
    return parts;
  }

  function showEdge(i) {
    const e = edgeList[i];
    const parts = [closer()];
    if (e.kind === "link") {
      const p = +String(e.from).slice(1);
      return [...parts, el("h2", {}, paperLink(p)), el("p", {}, conceptLink(e.to)), el("ul", { class: "rows" }, byConcept[e.to].filter((l) => l[1] === p).map((l) => linkItem(l, null)))];
    }
    if (e.kind === "together") {
      const there = new Map(byConcept[e.to].map((l) => [l[1], l]));
      const both = byConcept[e.from].filter((l) => there.has(l[1]));
      parts.push(el("h2", {}, conceptLink(e.from), " and ", conceptLink(e.to)), el("p", { class: "soft" }, `${count(e.papers, "paper names", "papers name")} both. Not a relation that a text states.`));
      if (both.length < e.papers) parts.push(el("p", { class: "soft" }, `${both.length} of these are in this page.`));
      parts.push(el("h3", {}, `Papers (${both.length})`), list(both, (l) => {
        const item = el("li", { class: "item" }, paperLink(l[1]));
        for (const k of [l, there.get(l[1])]) {
          item.append(meta(k[1], el("span", { class: "relation" }, `${LINKS[k[2]]} ${concepts[k[0]].name}`), sure(k[3])));
          if (k[5].length) item.append(quote(k[5][0][0], k[5][0].slice(1)));
        }
        return item;
      }));
      return parts;
    }
    parts.push(el("h2", {}, conceptLink(e.from), el("span", { class: "verb" }, ` ${edgeWords(e)} `), conceptLink(e.to)));
    if (e.kind === "catalog") return [...parts, el("p", { class: "soft" }, "From the catalog's hierarchy; no paper of this graph has to say so.")];
    for (const r of e.relations) {
      parts.push(el("h3", {}, `${VERBS[r.name][0]} (${count(r.papers, "paper")})`));
      if (r.evidence.length < r.places) parts.push(el("p", { class: "soft" }, `The ${r.evidence.length} surest of ${r.places} places are in this page.`));
      parts.push(list(r.evidence, ([paper, confidence, sentence, marks]) => el("li", { class: "item" }, paperLink(paper), meta(paper, sure(confidence)), quote(sentence, marks))));
    }
    return parts;
  }

  function showPaper(i) {
    const p = papers[i];
    const parts = [closer(), el("h2", {}, p.title), el("p", { class: "soft" }, [p.authors, p.venue, p.year].filter(Boolean).join(" · "))];
    if (p.url) parts.push(el("p", {}, el("a", { class: "link", href: p.url, target: "_blank", rel: "noopener noreferrer" }, p.url)));
    parts.push(el("h3", {}, `Concepts on this page (${byPaper[i].length})`));
    parts.push(list(byPaper[i], (l) => linkItem(l, el("div", { class: "row" }, typeIcon(concepts[l[0]].type), conceptLink(l[0])))));
    return parts;
  }

  function showStart() {
    const parts = [el("h2", {}, "What the papers are about"), el("p", { class: "soft" }, "Click a concept or a line to see the sentences behind it, or pick one here.")];
    for (const t of data.types) {
      const top = concepts.map((c, i) => i).filter((i) => concepts[i].type === t.name).slice(0, 6);
      if (top.length) parts.push(el("h3", {}, t.plural), el("ul", { class: "rows" }, top.map((i) => el("li", {}, el("div", { class: "row" }, typeIcon(t.name), conceptLink(i), el("span", { class: "n" }, count(concepts[i].papers, "paper")))))));
    }
    return parts;
  }

  // --- where we are: the address is the truth, so that back, forward and links work ---------------------------------------

  const part = (value) => encodeURIComponent(value);
  const keyOf = (id) => (typeof id === "number" ? concepts[id].id : papers[+id.slice(1)].id);
  function address(where) {
    if (!where) return "";
    if (where.concept !== undefined) return `concept=${part(concepts[where.concept].id)}`;
    if (where.paper !== undefined) return `paper=${part(papers[where.paper].id)}`;
    const e = edgeList[where.edge];
    return `edge=${e.kind}/${part(keyOf(e.from))}/${part(keyOf(e.to))}`;
  }
  function read(hash) {
    const [key, ...rest] = hash.replace(/^#/, "").split("=");
    const value = rest.join("=");
    try {
      if (key === "concept" && conceptAt.has(decodeURIComponent(value))) return { concept: conceptAt.get(decodeURIComponent(value)) };
      if (key === "paper" && paperAt.has(decodeURIComponent(value))) return { paper: paperAt.get(decodeURIComponent(value)) };
      if (key === "edge") { const i = edgeList.findIndex((e, n) => address({ edge: n }) === `edge=${value}`); if (i >= 0) return { edge: i }; }
    } catch { return null; } // a broken escape in the address
    return null;
  }
  function go(where) {
    const next = address(where);
    if (location.hash.replace(/^#/, "") === next) arrive();
    else location.hash = next;
  }

  let before = "";
  function arrive() {
    const where = read(location.hash);
    const panel = $("panel");
    const missing = !where && location.hash.length > 1;
    let ids = [];
    if (!where) {
      focus = null;
      panel.replaceChildren(...(missing ? [el("p", { class: "soft", id: "missing" }, "What the address names is not on this page.")] : []), ...showStart());
    } else if (where.concept !== undefined) {
      focus = { node: where.concept };
      ids = [where.concept];
      panel.replaceChildren(...showConcept(where.concept));
    } else if (where.paper !== undefined) {
      focus = sizes.has(`p${where.paper}`) ? { node: `p${where.paper}` } : null;
      ids = focus ? [focus.node] : byPaper[where.paper].map((l) => l[0]);
      panel.replaceChildren(...showPaper(where.paper));
    } else {
      focus = { edge: where.edge };
      const e = edgeList[where.edge];
      ids = [e.from, e.to];
      if (!on.kinds[e.kind]) turn("kinds", e.kind, true);
      panel.replaceChildren(...showEdge(where.edge));
    }
    for (const id of ids) if (focus && !nodeShown(id)) turn("types", typeOf(id), true);
    panel.scrollTop = 0;
    paint();
    network.unselectAll();
    if (focus && location.hash !== before) reveal(ids);
    before = location.hash;
  }

  // Moves the view only when what was asked for is outside of it, or too small to see.
  function reveal(ids) {
    const at = network.getPositions(ids);
    const spots = ids.map((id) => network.canvasToDOM(at[id]));
    const box = $("network").getBoundingClientRect();
    const inside = spots.every((p) => p.x > 270 && p.x < box.width - 60 && p.y > 50 && p.y < box.height - 50);
    if (inside && network.getScale() > 0.45) return;
    const middle = { x: ids.reduce((s, id) => s + at[id].x, 0) / ids.length, y: ids.reduce((s, id) => s + at[id].y, 0) / ids.length };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const scale = Math.max(network.getScale(), 0.8);
    network.moveTo({ position: { x: middle.x - (box.width > 700 ? 110 / scale : 0), y: middle.y }, scale, animation: still ? false : { duration: 350, easingFunction: "easeInOutQuad" } });
  }

  // --- legend ----------------------------------------------------------------------------------------------------------

  function turn(group, name, value) {
    on[group][name] = value;
    const box = document.querySelector(`#${group} input[data-name="${name}"]`);
    if (!box) return;
    box.checked = value;
    box.closest("label").classList.toggle("off", !value);
  }
  function legend(group, entries, icon) {
    for (const t of entries) {
      const box = el("input", { type: "checkbox", "data-name": t.name });
      const shown = t.total > t.shown ? `${t.shown} of ${t.total}` : String(t.shown);
      const row = el("label", { class: "entry", title: t.about || t.plural }, box, icon(t.name), el("span", { class: "label" }, t.label || t.plural), el("span", { class: "count" }, shown));
      box.addEventListener("change", () => { turn(group, t.name, box.checked); paint(); });
      $(group).append(row);
      turn(group, t.name, on[group][t.name]);
    }
  }

  // --- search ----------------------------------------------------------------------------------------------------------

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s\-_/‐-―]+/g, " ").trim();
  const index = concepts.map((c) => [c.name, ...c.names].map((n) => [n, plain(n)]));
  let picked = 0;
  let matches = [];
  function search() {
    const wanted = plain($("search").value);
    const tight = wanted.replaceAll(" ", "");
    matches = [];
    if (wanted) {
      index.forEach((names, i) => {
        let best = null;
        for (const [name, key] of names) {
          const close = key === wanted || key.replaceAll(" ", "") === tight;
          const rank = close ? 0 : key.startsWith(wanted) ? 1 : key.includes(` ${wanted}`) ? 2 : key.includes(wanted) ? 3 : key.replaceAll(" ", "").includes(tight) ? 4 : 9;
          if (rank < 9 && (!best || rank < best[0])) best = [rank, i, name];
        }
        if (best) matches.push(best);
      });
      matches.sort((a, b) => a[0] - b[0] || concepts[b[1]].papers - concepts[a[1]].papers || a[1] - b[1]);
    }
    picked = 0;
    offer(wanted);
  }
  function offer(wanted) {
    const found = $("found");
    const some = matches.slice(0, 30);
    found.replaceChildren(...some.map(([, i, name], n) => {
      const row = el("li", { role: "option", id: `found-${n}`, "aria-selected": String(n === picked) }, typeIcon(concepts[i].type), el("span", {}, concepts[i].name),
        name === concepts[i].name ? null : el("span", { class: "as" }, name), el("span", { class: "n" }, count(concepts[i].papers, "paper")));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
      return row;
    }));
    if (matches.length > some.length) found.append(el("li", { class: "none" }, `and ${matches.length - some.length} more; type on`));
    if (wanted && !matches.length) found.append(el("li", { class: "none" }, data.hidden ? `No concept on this page goes by that name; ${data.hidden.toLocaleString("en")} of the graph are not on it.` : "No concept goes by that name."));
    found.hidden = !wanted;
    $("search").setAttribute("aria-expanded", String(!found.hidden));
    if (some.length) $("search").setAttribute("aria-activedescendant", `found-${picked}`);
    else $("search").removeAttribute("aria-activedescendant");
    const row = $(`found-${picked}`);
    if (row && wanted) row.scrollIntoView({ block: "nearest" });
  }
  function take(i) {
    $("found").hidden = true;
    $("search").setAttribute("aria-expanded", "false");
    $("search").value = concepts[i].name;
    go({ concept: i });
  }
  $("search").addEventListener("input", search);
  $("search").addEventListener("focus", () => { if ($("search").value) search(); });
  $("search").addEventListener("blur", () => { $("found").hidden = true; $("search").setAttribute("aria-expanded", "false"); });
  $("search").addEventListener("keydown", (event) => {
    const last = Math.min(matches.length, 30) - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      picked = Math.max(0, Math.min(last, picked + (event.key === "ArrowDown" ? 1 : -1)));
      offer(plain($("search").value));
      event.preventDefault();
    } else if (event.key === "Enter" && matches.length) take(matches[picked][1]);
  });

  // --- start -----------------------------------------------------------------------------------------------------------

  legend("types", data.types, typeIcon);
  legend("kinds", data.kinds, kindIcon);
  network.on("afterDrawing", drawLabels);
  network.on("click", (event) => {
    if (event.nodes.length) go(typeof event.nodes[0] === "number" ? { concept: event.nodes[0] } : { paper: +event.nodes[0].slice(1) });
    else if (event.edges.length) go({ edge: event.edges[0] });
    else go(null);
  });
  network.on("hoverNode", (event) => { hovered = event.node; $("network").style.cursor = "pointer"; network.redraw(); });
  network.on("blurNode", () => { hovered = null; $("network").style.cursor = ""; network.redraw(); });
  network.on("hoverEdge", () => { $("network").style.cursor = "pointer"; });
  network.on("blurEdge", () => { $("network").style.cursor = ""; });
  const zoom = (by) => network.moveTo({ scale: network.getScale() * by });
  // all nodes in the part of the stage that the legend leaves free
  function fit() {
    const box = $("network").getBoundingClientRect();
    const left = box.width > 700 ? 250 : 0;
    const at = Object.values(network.getPositions());
    if (!at.length) return;
    const xs = at.map((p) => p.x);
    const ys = at.map((p) => p.y);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min(1.6, (box.width - left - (box.width > 700 ? 220 : 60)) / Math.max(1, x1 - x0), (box.height - 90) / Math.max(1, y1 - y0));
    network.moveTo({ position: { x: (x0 + x1) / 2 - left / 2 / scale, y: (y0 + y1) / 2 }, scale });
  }
  $("zoom-in").addEventListener("click", () => zoom(1.3));
  $("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  $("fit").addEventListener("click", fit);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { $("found").hidden = true; if (document.activeElement !== $("search") || !$("search").value) go(null); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readPalette);
  window.addEventListener("hashchange", arrive);
  readPalette();
  fit();
  arrive();
  // for those who script the page, and for its tests
  window.paperkg = { data, network, nodes, edges, labelled: () => labelled };
  document.body.dataset.ready = "yes";
})();
