/** So long may a pause of thought be; longer, and the person was elsewhere. */
const LONGEST_PAUSE_S = 60;

/** Seconds that a person really spent: the clock stands while the page is hidden or left alone. */
export class Stopwatch {
  #seconds = 0;
  #last: number | null = null;

  /** Something happened on the page, at this time in milliseconds. */
  tick(now_ms: number): void {
    if (this.#last !== null) {
      this.#seconds += Math.min((now_ms - this.#last) / 1000, LONGEST_PAUSE_S);
    }
    this.#last = now_ms;
  }

  pause(now_ms: number): void {
    this.tick(now_ms);
    this.#last = null;
  }

  /** The seconds so far; the clock starts anew. */
  take(now_ms = performance.now()): number {
    this.tick(now_ms);
    const seconds = this.#seconds;
    this.#seconds = 0;
    return seconds;
  }
}
