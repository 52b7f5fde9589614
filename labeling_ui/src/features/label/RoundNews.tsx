export function RoundNews() {
  return null;
}
