import type { Task } from '@/api/models';

export interface Visit {
  readonly task: Task;
}
