import { useEffect, useRef } from 'react';
import { hide } from '@/actions/visits';
import { store } from '@/app/store';
import { commandOf, type Command } from '@/keys/commands';
import type { Cross } from './useCrosshair';

export type Commands = Readonly<Record<Command, (() => void) | undefined>>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(SELECT|TEXTAREA)$/.test(target.tagName) ||
    (target instanceof HTMLInputElement && target.type !== 'range'));

const pressable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, a, summary, input') !== null;

/** Keys call commands, wherever the focus is, except where somebody types. */
export function useShortcuts(
  commands: Commands,
  arrows: ((dx: number, dy: number) => void) | null,
  cross: Pick<Cross, 'tap' | 'cancel' | 'remove'> | null,
): void {
  const latest = useRef({ commands, arrows, cross });
  useEffect(() => {
    latest.current = { commands, arrows, cross };
  });

  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || typing(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.ctrlKey || event.metaKey) return undoByHabit(event, latest.current.commands);
      const { keys } = store.get().settings;
      const arrow = ARROWS[event.code];
      if (
        arrow !== undefined &&
        latest.current.arrows !== null &&
        !(event.target instanceof HTMLInputElement)
      ) {
        event.preventDefault();
        const far = event.shiftKey ? 8 : 1;
        return latest.current.arrows(arrow[0] * far, arrow[1] * far);
      }
      if (event.code === 'Enter' && !pressable(event.target)) return latest.current.cross?.tap();
      if (REMOVING.has(event.code)) return latest.current.cross?.remove();
      if (event.code === 'Escape') return latest.current.cross?.cancel();
      const command = commandOf(keys, event.code);
      if (command === null) return;
      // Space and Enter press the button that has the focus, as everywhere.
      if ((event.code === 'Space' || event.code === 'Enter') && pressable(event.target)) return;
      event.preventDefault();
      if (command === 'hide') store.apply(hide(true));
      else if (!event.repeat) latest.current.commands[command]?.();
    };
    const up = (event: KeyboardEvent): void => {
      if (commandOf(store.get().settings.keys, event.code) === 'hide') store.apply(hide(false));
    };
    const blur = (): void => store.apply(hide(false));
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', blur);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', blur);
    };
  }, []);
}

const REMOVING: ReadonlySet<string> = new Set(['Delete', 'Backspace']);

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** Ctrl+Z is undo on every screen of the world, so it is here as well. */
function undoByHabit(event: KeyboardEvent, commands: Commands): void {
  if (event.code !== 'KeyZ' && event.code !== 'KeyY') return;
  event.preventDefault();
  if (event.code === 'KeyY' || event.shiftKey) commands.redo?.();
  else commands.undo?.();
}
