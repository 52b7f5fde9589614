import type { NewReview } from '@/api/models';
import type { Database, Entry, Refusal } from './database';

/** Keeps an answer. Once this resolves, closing the tab does not lose it. */
export async function keepAnswer(
  database: Database,
  campaignId: string,
  review: NewReview,
): Promise<void> {
  await database.put({ id: review.id, campaignId, review, refused: null });
}

/** The answers that nobody has said yes or no to, in the order in which they were given. */
export async function waitingAnswers(database: Database): Promise<Entry[]> {
  return (await database.all()).filter((entry) => entry.refused === null);
}

export async function refusedAnswers(database: Database): Promise<Entry[]> {
  return (await database.all()).filter((entry) => entry.refused !== null);
}

/** The service has said yes, or a newer answer takes its place. */
export async function forgetAnswer(database: Database, id: string): Promise<void> {
  await database.remove(id);
}

/** The service has said no: the answer stays, with the reason, until its author has changed it. */
export async function markRefused(database: Database, id: string, refused: Refusal): Promise<void> {
  const entry = (await database.all()).find((one) => one.id === id);
  if (entry !== undefined) await database.put({ ...entry, refused });
}
