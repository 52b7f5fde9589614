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
  readonly where: readonly [number, number] | null;
}

interface Schema extends DBSchema {
  answers: { key: number; value: Entry; indexes: { id: string } };
}

export type Database = IDBPDatabase<Schema>;

export function openDatabase(name = 'tilewise'): Promise<Database> {
  return openDB<Schema>(name, 1, {
    upgrade(database) {
      const answers = database.createObjectStore('answers', {
        keyPath: 'number',
        autoIncrement: true,
      });
      answers.createIndex('id', 'id', { unique: true });
    },
  });
}
