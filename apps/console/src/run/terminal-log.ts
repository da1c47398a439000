/** One line of the terminal. */
export interface TerminalLine {
  /** Counts from 0, also over lines that were dropped. */
  readonly n: number;
  /** Text with its ANSI escapes. */
  text: string;
  readonly stream: 'command' | 'stdout' | 'stderr';
  readonly actionId: string;
}

/** Bounds of what is kept: the end of a long output is what people look for. */
const MOST_LINES = 50_000;
const MOST_CHARS = 12 * 1024 * 1024;
/** A longer line goes on in the next row: no row takes long to lay out. */
const LINE_CHARS = 2000;

/** What the commands of a run printed, line by line, bounded. Parallel calls each have an open line of their own. */
export class TerminalLog {
  #lines: TerminalLine[] = [];
  readonly #open = new Map<string, TerminalLine>();
  #next = 0;
  #chars = 0;
  version = 0;

  /** The lines that are kept, oldest first. */
  get lines(): readonly TerminalLine[] {
    return this.#lines;
  }

  /** Lines that were dropped because there were too many. */
  get dropped(): number {
    return this.#next - this.#lines.length;
  }

  /** A call begins: its command is shown as one typed it. */
  begin(actionId: string, tool: string, command: string): void {
    this.#open.delete(`${actionId} stdout`);
    this.#open.delete(`${actionId} stderr`);
    const shown = tool === 'bash' ? `$ ${command}` : `$ ${tool} ${command}`;
    for (const line of shown.split('\n')) for (const piece of piecesOf(line)) this.#add(piece, 'command', actionId);
    this.#drop();
    this.version += 1;
  }

  /** Adds output. A carriage return begins its line anew, as on a terminal. */
  write(actionId: string, stream: string, text: string): void {
    const to = stream === 'stderr' ? 'stderr' : 'stdout';
    const key = `${actionId} ${to}`;
    const parts = text.replaceAll('\r\n', '\n').split('\n');
    for (const [index, part] of parts.entries()) {
      if (part !== '') this.#append(key, part, to, actionId);
      else if (index < parts.length - 1 && !this.#open.has(key)) this.#add('', to, actionId);
      if (index < parts.length - 1) this.#open.delete(key);
    }
    this.#drop();
    this.version += 1;
  }

  #append(key: string, part: string, stream: 'stdout' | 'stderr', actionId: string): void {
    let line = this.#open.get(key);
    const whole = (line?.text ?? '') + part;
    const restart = whole.lastIndexOf('\r', whole.length - 2);
    const text = (restart < 0 ? whole : whole.slice(restart + 1)).replace(/\r$/, '');
    const pieces = piecesOf(text);
    for (const [index, piece] of pieces.entries()) {
      if (index === 0 && line) {
        this.#chars += piece.length - line.text.length;
        line.text = piece;
      } else line = this.#add(piece, stream, actionId);
    }
    // A carriage return at the very end is kept until it is known what follows it.
    if (line && part.endsWith('\r')) line.text += '\r';
    if (line) this.#open.set(key, line);
  }

  #add(text: string, stream: TerminalLine['stream'], actionId: string): TerminalLine {
    const line = { n: this.#next, text, stream, actionId };
    this.#next += 1;
    this.#chars += text.length;
    this.#lines.push(line);
    return line;
  }

  #drop(): void {
    // By a quarter at a time, so that a long output does not move the whole list with every line.
    if (this.#lines.length <= MOST_LINES && this.#chars <= MOST_CHARS) return;
    const gone = this.#lines.splice(0, Math.max(1, Math.floor(this.#lines.length / 4)));
    for (const { text } of gone) this.#chars -= text.length;
  }
}

function piecesOf(text: string): string[] {
  if (text.length <= LINE_CHARS) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += LINE_CHARS) pieces.push(text.slice(at, at + LINE_CHARS));
  return pieces;
}
