import { html, svg, type TemplateResult } from 'lit';

const paths = {
  people: svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.75 19.5a6.25 6.25 0 0 1 12.5 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.1a6.2 6.2 0 0 1 3.25 5.4"/>`,
  send: svg`<path d="M12 19V5.5M6 11.2l6-6 6 6"/>`,
  down: svg`<path d="M12 5v13.5M6 12.8l6 6 6-6"/>`,
  x: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  delivered: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  seen: svg`<path d="M2 12.5 6.2 17l8.3-9.5M11.5 16.2l.9.8L21.5 7.5"/>`,
  waiting: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`,
  sending: svg`<path d="M12 3a9 9 0 1 1-9 9"/>`,
  failed: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.2M12 16.4h.01"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="12" height="12" rx="2.5"/><path d="M15.5 5.5a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2"/>`,
  leave: svg`<path d="M13.5 4.5h-6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h6M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5"/>`,
  tower: svg`<path d="M7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4M4.9 19a10 10 0 0 1 0-14M19.1 5a10 10 0 0 1 0 14"/><circle cx="12" cy="12" r="1.4"/>`,
  cut: svg`<circle cx="5.5" cy="12" r="3"/><circle cx="18.5" cy="12" r="3"/><path d="M12 12h.01" stroke-width="2.6"/>`,
  history: svg`<path d="M3.5 12a8.5 8.5 0 1 0 2.8-6.3L3.5 8.2M3.5 3.7v4.5H8M12 7.5v5l3.3 1.9"/>`,
  find: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
} satisfies Record<string, TemplateResult<2>>;

export type IconName = keyof typeof paths;

/** A sign that repeats what words beside it, or the name of its button, say. */
export function icon(name: IconName, className = ''): TemplateResult {
  return html`<svg class="icon ${className}" viewBox="0 0 24 24" aria-hidden="true">
    ${paths[name]}
  </svg>`;
}
