import type { TemplateResult } from 'lit';
import { circle, drawing, icon, type IconName, paths } from './icon.ts';

const microphone =
  'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3';
/** Through what is off. */
const slash = 'M3.5 3.5l17 17';
/** A screen. */
const frame =
  'M5.5 4.5h13A2.5 2.5 0 0 1 21 7v10a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 17V7a2.5 2.5 0 0 1 2.5-2.5';

/** What is drawn in calls only. */
const drawn = {
  cameraOff: `${paths.video}${slash}`,
  microphone,
  microphoneOff: `${microphone}${slash}`,
  screen: `${frame}M12 15.5v-7M9 11.5l3-3 3 3`,
  devices: `M4 7h8.5M17.5 7H20M4 17h2.5M11.5 17H20${circle(15, 7, 2.5)}${circle(9, 17, 2.5)}`,
  layout: `${frame}M15 4.5v15M15 12h6`,
  even: `${frame}M12 4.5v15M3 12h18`,
  chat: 'M5.5 4.5h13A2.5 2.5 0 0 1 21 7v8a2.5 2.5 0 0 1-2.5 2.5h-7L7 21v-3.5H5.5A2.5 2.5 0 0 1 3 15V7a2.5 2.5 0 0 1 2.5-2.5z',
  more: `${circle(5, 12, 0.43)}${circle(12, 12, 0.43)}${circle(19, 12, 0.43)}`,
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  apart: `${frame}M21 12h-8v7.5`,
  weak: 'M5 19v-4M12 19v-9M19 19V5',
};

export type CallIconName = keyof typeof drawn | IconName;

/** A sign that repeats what words beside it, or the name of its button, say. */
export const callIcon = (name: CallIconName, className = ''): TemplateResult =>
  name in drawn
    ? drawing(drawn[name as keyof typeof drawn], className)
    : icon(name as IconName, className);
