const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** Arrow keys, Home and End move the focus among the buttons of what listens: a toolbar, a menu. */
export function moveFocus(event: KeyboardEvent): void {
  const { key, currentTarget } = event;
  const all = currentTarget as HTMLElement;
  const at = (event.target as Element).closest('button');
  const buttons = [...all.querySelectorAll('button')].filter(
    // A menu within a toolbar has a list of its own.
    (button) => button.checkVisibility() && button.parentElement?.closest('[role]') === all,
  );
  const ends: Readonly<Record<string, number>> = { Home: 0, End: buttons.length - 1 };
  let step = STEPS[key];
  if (step && key.endsWith('t') && getComputedStyle(all).direction === 'rtl') step = -step;
  const index =
    ends[key] ?? (step && (buttons.indexOf(at!) + step + buttons.length) % buttons.length);
  if (index === undefined || !at) return;
  buttons[index]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
