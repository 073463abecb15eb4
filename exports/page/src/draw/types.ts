/** What is drawn and how. Places are in the units of the layout, y downwards; numbers of nodes and edges are places in the arrays. */

export interface Edges {
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
  /** Kind of edge: a place in `Palette.kinds`. */
  readonly kind: Uint8Array;
  /** Pixels at scale 1. */
  readonly width: Float32Array;
  /** 1: an arrow at the tail. */
  readonly directed: Uint8Array;
  /** The words beside an edge that is pointed out. */
  readonly text: (edge: number) => string;
}

export interface Scene {
  readonly n: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly r: Float32Array;
  /** A place in `SHAPES` and in `Palette.types`. */
  readonly type: Uint8Array;
  /** Colours that are not those of the types: places in `Palette.scale` or `Palette.classes`; one that is not there is `Palette.rest`. */
  readonly fill?: { readonly list: "scale" | "classes"; readonly at: Uint8Array };
  readonly label: readonly string[];
  /** Numbers of communities, the largest first. */
  readonly community: Uint16Array;
  readonly edges: Edges;
  /** So many communities, the first ones, have ground of their own; all where this is left out. */
  readonly regions?: number;
}

export const HIDDEN = 0, DIMMED = 1, NORMAL = 2, BRIGHT = 3;

export interface Looks {
  readonly node: Uint8Array;
  readonly edge: Uint8Array;
  readonly selectedNode: number | null;
  readonly selectedEdge: number | null;
  /** Edges of a path, drawn strong. */
  readonly path: readonly number[];
}

export interface Hit {
  readonly node: number | null;
  readonly edge: number | null;
}

/** The place in the middle of the picture, and pixels of the screen for one unit of the layout. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  /** Around letters, so that they can be read over lines. */
  readonly halo: string;
  readonly accent: string;
  /** Beneath communities: how colourful, how light and how thick, all 0 … 1. */
  readonly land: { readonly saturation: number; readonly lightness: number; readonly alpha: number };
  /** By type. */
  readonly types: readonly string[];
  /** From low to high, and of classes. */
  readonly scale: readonly string[];
  readonly classes: readonly string[];
  /** Of what has no value, or is of a class without a colour. */
  readonly rest: string;
  /** By kind of edge; `dash` in pixels, empty for a whole line; `alpha` is how much of the ground it covers. */
  readonly kinds: readonly { readonly color: string; readonly dash: readonly number[]; readonly alpha: number }[];
}

/** How much of the scene the last frame shows: nodes as shapes and edges as lines, of how many that are not hidden. */
export interface Drawn {
  /** Nodes drawn as shapes and within the picture. */
  readonly nodes: number;
  /** Nodes within the picture, with those that are points only at this scale. */
  readonly inView: number;
  readonly ofNodes: number;
  readonly edges: number;
  readonly ofEdges: number;
  /** Whether something within the picture is left to a closer look: nodes that are points, or edges that are not drawn. */
  readonly cut: boolean;
}

export function everything(scene: Scene): Looks {
  return {
    node: new Uint8Array(scene.n).fill(NORMAL),
    edge: new Uint8Array(scene.edges.head.length).fill(NORMAL),
    selectedNode: null,
    selectedEdge: null,
    path: [],
  };
}
