import { openDB, type DBSchema } from 'idb';
import type { NewReview } from '@/api/models';

/** An answer on its way. It is here before anything else happens with it. */
export interface Entry {
  /** The review's id: sending it twice is sending it once. */
  readonly id: string;
  readonly campaignId: string;
  readonly review: NewReview;
  /** Grows by one: answers go out in the order in which they were given. */
  readonly number?: number;
  readonly refused: Refusal | null;
}

export interface Refusal {
  readonly kind: string;
  readonly detail: string;
  readonly where: readonly [number, number] | null;
}

/** Where answers lie until the service has them. */
export interface Database {
  /** Whether closing the page loses what lies here. */
  readonly forgetful: boolean;
  /** In the order in which they came. */
  all(): Promise<Entry[]>;
  /** Adds an entry, or puts it in the place of the one with its id. */
  put(entry: Entry): Promise<void>;
  remove(id: string): Promise<void>;
  close(): void;
}

interface Schema extends DBSchema {
  answers: { key: number; value: Entry; indexes: { id: string } };
}

/** The browser's own database; where there is none (private windows, full disks), the memory. */
export async function openDatabase(name = 'tilewise'): Promise<Database> {
  try {
    return await openIndexedDb(name);
  } catch {
    return inMemory();
  }
}

async function openIndexedDb(name: string): Promise<Database> {
  const base = await openDB<Schema>(name, 1, {
    upgrade(database) {
      const answers = database.createObjectStore('answers', {
        keyPath: 'number',
        autoIncrement: true,
      });
      answers.createIndex('id', 'id', { unique: true });
    },
  });
  const keyOf = (id: string) => base.getKeyFromIndex('answers', 'id', id);
  return {
    forgetful: false,
    all: () => base.getAll('answers'),
    async put(entry) {
      const number = await keyOf(entry.id);
      await base.put('answers', number === undefined ? entry : { ...entry, number });
    },
    async remove(id) {
      const number = await keyOf(id);
      if (number !== undefined) await base.delete('answers', number);
    },
    close: () => base.close(),
  };
}

export function inMemory(): Database {
  const entries = new Map<string, Entry>();
  return {
    forgetful: true,
    all: async () => [...entries.values()],
    async put(entry) {
      entries.set(entry.id, entry);
    },
    async remove(id) {
      entries.delete(id);
    },
    close() {},
  };
}
