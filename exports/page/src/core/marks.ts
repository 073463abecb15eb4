/** A sentence as parts, marked or not. Offsets are UTF-16 units, which is how JavaScript counts. */
export function parts(text: string, marks: readonly number[]): { text: string; marked: boolean }[] {
  const spans: [number, number][] = [];
  for (let i = 0; i + 1 < marks.length; i += 2) spans.push([Math.max(0, marks[i]!), Math.min(text.length, marks[i + 1]!)]);
  spans.sort((a, b) => a[0] - b[0]);
  const found: { text: string; marked: boolean }[] = [];
  let done = 0;
  for (const [start, end] of spans) {
    const from = Math.max(start, done);
    if (end <= from) continue;
    if (from > done) found.push({ text: text.slice(done, from), marked: false });
    found.push({ text: text.slice(from, end), marked: true });
    done = end;
  }
  if (done < text.length) found.push({ text: text.slice(done), marked: false });
  return found;
}
