import { useEffect, useState } from 'react';
import { api, ask } from '@/api/client';
import type { Accuracy, Forecast } from '@/api/models';

/** Typing 75 passes by 7. */
const PAUSE_MS = 400;

/** The forecast for a target, asked anew with each accuracy; null until it is known. */
export function useForecast(
  campaign_id: string,
  accuracy: Accuracy,
  target: number,
): Forecast | null {
  const [forecast, setForecast] = useState<Forecast | null>(null);
  useEffect(() => {
    let current = true;
    const params = { path: { campaign_id }, query: { target } };
    const timer = setTimeout(() => {
      ask(api.GET('/api/campaigns/{campaign_id}/accuracy/forecast', { params }))
        .then((found) => {
          if (current) setForecast(found);
        })
        .catch(() => {
          // The page says by itself that the service is away; what was foretold stays.
        });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [campaign_id, accuracy, target]);
  return forecast?.target === target ? forecast : null;
}
