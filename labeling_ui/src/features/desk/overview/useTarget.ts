import { useState } from 'react';

const DEFAULT = 0.75;
const keyOf = (campaignId: string): string => `tilewise.target.${campaignId}`;

/** What is good enough here, as a share: the coordinator's own measure, kept in this browser. */
export function useTarget(campaignId: string): readonly [number, (target: number) => void] {
  const [target, setTarget] = useState(() => read(campaignId));
  return [
    target,
    (wanted) => {
      setTarget(wanted);
      try {
        localStorage.setItem(keyOf(campaignId), String(wanted));
      } catch {
        // Without storage it is forgotten on leaving.
      }
    },
  ];
}

function read(campaignId: string): number {
  try {
    const found = Number(localStorage.getItem(keyOf(campaignId)) ?? DEFAULT);
    return found > 0 && found < 1 ? found : DEFAULT;
  } catch {
    return DEFAULT;
  }
}
