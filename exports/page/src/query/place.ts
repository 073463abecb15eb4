/** Places for the nodes of a small graph: springs and repulsion (Fruchterman and Reingold, 1991), from a fixed beginning, so that one answer always looks the same. */

export function places(n: number, edges: readonly { head: number; tail: number }[], spread = 120, rounds = 250): { x: Float32Array; y: Float32Array } {
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    // a spiral of even density
    const angle = i * 2.399963;
    x[i] = spread * Math.sqrt(i + 0.5) * Math.cos(angle);
    y[i] = spread * Math.sqrt(i + 0.5) * Math.sin(angle);
  }
  const dx = new Float32Array(n);
  const dy = new Float32Array(n);
  for (let round = 0; round < rounds; round++) {
    const most = spread * (1 - round / rounds);
    dx.fill(0);
    dy.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [x[i]! - x[j]!, y[i]! - y[j]!];
        const far = Math.max(a * a + b * b, 1);
        const push = (spread * spread) / far;
        dx[i]! += a * push;
        dy[i]! += b * push;
        dx[j]! -= a * push;
        dy[j]! -= b * push;
      }
      // parts that nothing joins stay in the picture
      dx[i]! -= x[i]! * 0.15;
      dy[i]! -= y[i]! * 0.15;
    }
    for (const { head, tail } of edges) {
      const [a, b] = [x[head]! - x[tail]!, y[head]! - y[tail]!];
      const pull = Math.hypot(a, b) / spread;
      dx[head]! -= a * pull;
      dy[head]! -= b * pull;
      dx[tail]! += a * pull;
      dy[tail]! += b * pull;
    }
    for (let i = 0; i < n; i++) {
      const length = Math.max(Math.hypot(dx[i]!, dy[i]!), 1e-6);
      x[i]! += (dx[i]! / length) * Math.min(length, most);
      y[i]! += (dy[i]! / length) * Math.min(length, most);
    }
  }
  return { x, y };
}
