// As in large.css.
const LARGE = '(min-width: 3000px) and (min-height: 1500px)';
const LARGER = 1.75;

/** How much larger things are than designed: on very large screens, whose dots are small. */
export const scale = (): number => (window.matchMedia(LARGE).matches ? LARGER : 1);
