/** A refusal after RFC 9457; further members depend on the type. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** The service said no, and why. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ApiProblem';
    this.status = status;
    this.problem = problem;
  }

  /** Which of several reasons for one kind it is, where the service tells them apart. */
  get why(): string | null {
    return typeof this.problem.cause === 'string' ? this.problem.cause : null;
  }

  /** The last word of the type, such as `review-conflict`. */
  get kind(): string {
    return this.problem.type.split(':').at(-1) ?? '';
  }
}

/** Nobody answered: the network or the service is away. */
export class Unreachable extends Error {
  constructor() {
    super('The service cannot be reached.');
    this.name = 'Unreachable';
  }
}
