/** One Server-Sent Event. */
export interface Sent {
  readonly event: string;
  readonly data: string;
}

/**
 * The events in a piece of a stream, and what is left for the next piece. `EventSource` would do
 * this by itself, but it cannot send a token.
 */
export function eventsIn(
  kept: string,
  piece: string,
): { readonly events: readonly Sent[]; readonly rest: string } {
  // A lone return at the end may be the first half of a line break.
  const text = kept + piece;
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  const held = text.slice(whole.length);
  const blocks = whole.replace(/\r\n?/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  return { events: blocks.map(eventOf).filter((event) => event !== null), rest: rest + held };
}

function eventOf(block: string): Sent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) continue; // a comment: the stream lives
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join('\n') };
}
