// Owns cutting a stream of bytes into lines: across chunks, also in the middle of a character, with a bound on the
// length of a line.

/** A longer line is cut into several. */
const maxLineLength = 16_384;

export class LineCutter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The lines that this chunk completes, without their ends. */
  push(chunk: Uint8Array): string[] {
    return this.#cut(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What is left when the stream ended: a last line without an end. */
  end(): string[] {
    const lines = this.#cut(this.#decoder.decode());
    if (this.#rest !== '') lines.push(this.#rest);
    this.#rest = '';
    return lines;
  }

  #cut(text: string): string[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    const lines = parts.flatMap((line) => pieces(line.endsWith('\r') ? line.slice(0, -1) : line));
    while (this.#rest.length > maxLineLength) {
      lines.push(this.#rest.slice(0, maxLineLength));
      this.#rest = this.#rest.slice(maxLineLength);
    }
    return lines;
  }
}

function pieces(line: string): string[] {
  if (line.length <= maxLineLength) return [line];
  const cut: string[] = [];
  for (let from = 0; from < line.length; from += maxLineLength) cut.push(line.slice(from, from + maxLineLength));
  return cut;
}
