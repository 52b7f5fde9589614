interface Props {
  /** From 0 to 1. */
  readonly share: number;
  readonly label: string;
}

const LENGTH = 2 * Math.PI * 15;

/** Progress as a ring; the label says it in words. */
export function Ring({ share, label }: Props) {
  const done = Math.min(Math.max(share, 0), 1) * LENGTH;
  return (
    <svg className="ring" viewBox="0 0 38 38" role="img" aria-label={label}>
      <circle cx="19" cy="19" r="15" className="ring-ground" />
      {done > 0 ? ( // round ends would make a dot of nothing
        <circle
          cx="19"
          cy="19"
          r="15"
          className="ring-done"
          strokeDasharray={`${done} ${LENGTH}`}
          transform="rotate(-90 19 19)"
        />
      ) : null}
    </svg>
  );
}
