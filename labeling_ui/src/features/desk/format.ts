import type { Locale } from '@/i18n/locales';

/** A share as whole per cent, as the language writes it. */
export function percent(locale: Locale, share: number, digits = 0): string {
  const options = {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, options).format(share);
}

/** A difference of two shares in points, with its sign. */
export function points(locale: Locale, difference: number): string {
  return new Intl.NumberFormat(locale, {
    signDisplay: 'exceptZero',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
    .format(100 * difference)
    .replace('-', '−');
}

/** A length of time in at most two units: 45 s, 2 min 10 s, 6 h 40 min. */
export function duration(locale: Locale, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const unit = (value: number, name: 'second' | 'minute' | 'hour'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(
      value,
    );
  if (whole < 60) return unit(whole, 'second');
  if (whole < 600) {
    const rest = whole % 60;
    const minutes = unit(Math.floor(whole / 60), 'minute');
    return rest === 0 ? minutes : `${minutes} ${unit(rest, 'second')}`;
  }
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), 'hour');
  return rest === 0 ? hours : `${hours} ${unit(rest, 'minute')}`;
}

export function day(locale: Locale, iso: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso));
}
