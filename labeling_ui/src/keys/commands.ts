import { TOOLS } from '@/state/tools';

/** Everything that a key can do on the label screen. */
export const COMMANDS = [
  'accept',
  'fix',
  'nothing',
  'cantTell',
  'wrong',
  'skip',
  'undo',
  'redo',
  'hide',
  'nextOutline',
  'toggleOutline',
  ...TOOLS,
  'cloud',
  'blurred',
  'offset',
  'other',
] as const;

export type Command = (typeof COMMANDS)[number];

/** One key a command: `KeyboardEvent.code`, so that a place on the keyboard stays a place. */
export type KeyMap = Readonly<Record<Command, string>>;

/** All under the left hand: answers on the home row, tools around it, reasons on the digits. */
export const DEFAULT_KEYS: KeyMap = {
  accept: 'KeyF',
  fix: 'KeyD',
  nothing: 'KeyS',
  cantTell: 'KeyA',
  wrong: 'KeyW',
  skip: 'KeyQ',
  undo: 'KeyZ',
  redo: 'KeyX',
  hide: 'Space',
  nextOutline: 'KeyE',
  toggleOutline: 'KeyR',
  point: 'Backquote',
  threshold: 'KeyG',
  shift: 'KeyT',
  vertices: 'KeyV',
  rectangle: 'KeyC',
  polygon: 'Digit5',
  brush: 'KeyB',
  eraser: 'Digit6',
  split: 'Digit7',
  merge: 'Digit8',
  cloud: 'Digit1',
  blurred: 'Digit2',
  offset: 'Digit3',
  other: 'Digit4',
};

export function commandOf(keys: KeyMap, code: string): Command | null {
  return COMMANDS.find((command) => keys[command] === code) ?? null;
}

/** The map with a command on another key; the command that had it gets the old key. */
export function remapped(keys: KeyMap, command: Command, code: string): KeyMap {
  const holder = commandOf(keys, code);
  const moved = { ...keys, [command]: code };
  return holder === null || holder === command ? moved : { ...moved, [holder]: keys[command] };
}

const NAMES: Readonly<Record<string, string>> = {
  Space: '␣',
  Backquote: '`',
  Minus: '-',
  Equal: '=',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
};

/** What stands on a key, in the layout of the person where the browser tells it. */
export function keyName(code: string, layout: ReadonlyMap<string, string> | null): string {
  const known = NAMES[code] ?? layout?.get(code)?.toUpperCase();
  return known ?? code.replace(/^(Key|Digit)/, '');
}
