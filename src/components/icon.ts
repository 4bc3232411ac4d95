import { html, type TemplateResult } from 'lit';

/** A circle as a path. */
export const circle = (x: number, y: number, r: number): string =>
  `M${x + r} ${y}a${r} ${r} 0 1 1-${2 * r} 0 ${r} ${r} 0 1 1 ${2 * r} 0`;

/** What is drawn, within 24 by 24. */
export const paths = {
  people: `${circle(9, 8.5, 3.5)}M2.75 19.5a6.25 6.25 0 0 1 12.5 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.1a6.2 6.2 0 0 1 3.25 5.4`,
  send: 'M12 19V5.5M6 11.2l6-6 6 6',
  down: 'M12 5v13.5M6 12.8l6 6 6-6',
  x: 'm6 6 12 12M18 6 6 18',
  delivered: 'm5 12.5 4.5 4.5L19 7.5',
  seen: 'M2 12.5 6.2 17l8.3-9.5M11.5 16.2l.9.8L21.5 7.5',
  waiting: `${circle(12, 12, 9)}M12 7v5l3 2`,
  sending: 'M12 3a9 9 0 1 1-9 9',
  failed: `${circle(12, 12, 9)}M12 7.5v5.2M12 16.4h.01`,
  copy: 'M11 8.5h7a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5h-7a2.5 2.5 0 0 1-2.5-2.5v-7a2.5 2.5 0 0 1 2.5-2.5M15.5 5.5a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2',
  leave: 'M13.5 4.5h-6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h6M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5',
  tower: `M7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4M4.9 19a10 10 0 0 1 0-14M19.1 5a10 10 0 0 1 0 14${circle(12, 12, 1.4)}`,
  cut: `${circle(5.5, 12, 3)}${circle(18.5, 12, 3)}${circle(12, 12, 0.43)}`,
  history: 'M3.5 12a8.5 8.5 0 1 0 2.8-6.3L3.5 8.2M3.5 3.7v4.5H8M12 7.5v5l3.3 1.9',
  phone:
    'M5 4.5h3.2l1.6 4-2 1.6a12 12 0 0 0 6.1 6.1l1.6-2 4 1.6V19a1.6 1.6 0 0 1-1.7 1.6A15.6 15.6 0 0 1 3.4 6.2 1.6 1.6 0 0 1 5 4.5z',
  video:
    'M5.8 6h6.4a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5.8a3 3 0 0 1-3-3V9a3 3 0 0 1 3-3M15.3 10.7l4.6-2.9a.9.9 0 0 1 1.4.8v6.8a.9.9 0 0 1-1.4.8l-4.6-2.9',
  find: `${circle(10.5, 10.5, 6.5)}M15.5 15.5l5 5`,
};

export type IconName = keyof typeof paths;

/** A sign that repeats what words beside it, or the name of its button, say. */
export const icon = (name: IconName, className = ''): TemplateResult =>
  drawing(paths[name], className);

/** A sign that others have drawn. */
export function drawing(path: string, className: string): TemplateResult {
  return html`<svg class="icon ${className}" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${path} />
  </svg>`;
}
