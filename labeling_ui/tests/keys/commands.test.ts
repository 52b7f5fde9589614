import { describe, expect, test } from 'vitest';
import { COMMANDS, commandOf, DEFAULT_KEYS, keyName, remapped } from '@/keys/commands';

describe('keys', () => {
  test('no key does two things', () => {
    expect(new Set(Object.values(DEFAULT_KEYS)).size).toBe(COMMANDS.length);
  });

  test('the answers lie side by side under one hand', () => {
    const { accept, fix, nothing, cantTell } = DEFAULT_KEYS;

    expect([cantTell, nothing, fix, accept]).toEqual(['KeyA', 'KeyS', 'KeyD', 'KeyF']);
  });

  test('a key that is taken changes places', () => {
    const keys = remapped(DEFAULT_KEYS, 'accept', 'KeyD');

    expect(keys.accept).toBe('KeyD');
    expect(keys.fix).toBe('KeyF');
    expect(new Set(Object.values(keys)).size).toBe(COMMANDS.length);
  });

  test('a free key is simply taken', () => {
    const keys = remapped(DEFAULT_KEYS, 'accept', 'KeyJ');

    expect(commandOf(keys, 'KeyJ')).toBe('accept');
    expect(commandOf(keys, 'KeyF')).toBeNull();
  });

  test('keys are named as they are printed', () => {
    expect(keyName('KeyA', new Map([['KeyA', 'q']]))).toBe('Q');
    expect(keyName('KeyA', null)).toBe('A');
    expect(keyName('Digit4', null)).toBe('4');
  });
});
