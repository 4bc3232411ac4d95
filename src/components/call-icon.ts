import type { TemplateResult } from 'lit';
import { circle, drawing, icon, type IconName } from './icon.ts';

/** What is drawn in calls only. */
const paths = {
  cameraOff:
    'M6 6h6.25a3 3 0 0 1 3 3v1.7l4.6-2.9a.9.9 0 0 1 1.4.8v6.8a.9.9 0 0 1-1.2.85M15 16.2A3 3 0 0 1 12.25 18h-6.5a3 3 0 0 1-3-3V9A3 3 0 0 1 3.6 6.9M3.5 3.5l17 17',
  microphone:
    'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  microphoneOff:
    'M9 9v2a3 3 0 0 0 4.6 2.5M15 10.5V6a3 3 0 0 0-5.7-1.3M5.5 11.5a6.5 6.5 0 0 0 10 5.5M18.5 11.5c0 1-.2 1.9-.6 2.7M12 18v3M3.5 3.5l17 17',
  screen:
    'M5.25 4.5h13.5a2.5 2.5 0 0 1 2.5 2.5v7.5a2.5 2.5 0 0 1-2.5 2.5H5.25a2.5 2.5 0 0 1-2.5-2.5V7a2.5 2.5 0 0 1 2.5-2.5M8.5 20.5h7M12 13.5v-5M9.6 10.6 12 8.2l2.4 2.4',
  devices: `M4 7h8.5M17.5 7H20M4 17h2.5M11.5 17H20${circle(15, 7, 2.5)}${circle(9, 17, 2.5)}`,
  layout:
    'M5.5 4.5h13A2.5 2.5 0 0 1 21 7v10a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 17V7a2.5 2.5 0 0 1 2.5-2.5M15 4.5v15M15 12h6',
  even: 'M4 4.5h6.5v6H4zM13.5 4.5H20v6h-6.5zM4 13.5h6.5v6H4zM13.5 13.5H20v6h-6.5z',
  chat: 'M5.5 4.5h13A2.5 2.5 0 0 1 21 7v8a2.5 2.5 0 0 1-2.5 2.5h-7L7 21v-3.5H5.5A2.5 2.5 0 0 1 3 15V7a2.5 2.5 0 0 1 2.5-2.5z',
  more: `${circle(5, 12, 0.43)}${circle(12, 12, 0.43)}${circle(19, 12, 0.43)}`,
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  apart:
    'M11 19.5H5.5A2.5 2.5 0 0 1 3 17V7a2.5 2.5 0 0 1 2.5-2.5h13A2.5 2.5 0 0 1 21 7v3.5M14.5 14H21v5.5h-6.5z',
  weak: 'M5 19v-4M12 19v-9M19 19V5',
};

export type CallIconName = keyof typeof paths | IconName;

/** A sign that repeats what words beside it, or the name of its button, say. */
export const callIcon = (name: CallIconName, className = ''): TemplateResult =>
  name in paths
    ? drawing(paths[name as keyof typeof paths], className)
    : icon(name as IconName, className);
