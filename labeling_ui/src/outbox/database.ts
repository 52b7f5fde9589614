import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
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
  /** Missing in what an older page has kept. */
  readonly why?: string | null;
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

/** The browser's own database; where there is none (private windows), the memory. */
export async function openDatabase(name = 'tilewise'): Promise<Database> {
  try {
    return besideMemory(await openIndexedDb(name));
  } catch {
    return inMemory();
  }
}

async function openIndexedDb(name: string): Promise<Database> {
  let connected: Promise<IDBPDatabase<Schema>> | null = null;
  // A browser short of memory or disk may close it: the next one who asks opens it again.
  const base = (): Promise<IDBPDatabase<Schema>> =>
    (connected ??= openDB<Schema>(name, 1, {
      upgrade(database) {
        const answers = database.createObjectStore('answers', {
          keyPath: 'number',
          autoIncrement: true,
        });
        answers.createIndex('id', 'id', { unique: true });
      },
      terminated() {
        connected = null;
      },
    }));
  const keyOf = async (id: string) => (await base()).getKeyFromIndex('answers', 'id', id);
  await base();
  return {
    forgetful: false,
    all: async () => (await base()).getAll('answers'),
    async put(entry) {
      const number = await keyOf(entry.id);
      await (await base()).put('answers', number === undefined ? entry : { ...entry, number });
    },
    async remove(id) {
      const number = await keyOf(id);
      if (number !== undefined) await (await base()).delete('answers', number);
    },
    close: () => void connected?.then((open) => open.close()),
  };
}

/** What the database does not take, as on a full disk, lies in the memory beside what it has. */
function besideMemory(base: Database): Database {
  const memory = inMemory();
  let used = false;
  return {
    get forgetful() {
      return used;
    },
    async all() {
      const newer = await memory.all();
      const known = new Set(newer.map((entry) => entry.id));
      const kept = await base.all();
      return [...kept.filter((entry) => !known.has(entry.id)), ...newer];
    },
    async put(entry) {
      try {
        await base.put(entry);
        await memory.remove(entry.id);
      } catch {
        used = true;
        await memory.put(entry);
      }
    },
    async remove(id) {
      await memory.remove(id);
      await base.remove(id);
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
