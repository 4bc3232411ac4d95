import type { CSSResult } from 'lit';
import { cardStyles } from './card-styles.ts';
import { composerStyles } from './composer-styles.ts';
import { controlStyles } from './control-styles.ts';
import { frameStyles } from './frame-styles.ts';
import { logStyles } from './log-styles.ts';
import { motionStyles } from './motion-styles.ts';
import { panelStyles } from './panel-styles.ts';
import { talkStyles } from './talk-styles.ts';
import { tokens } from './tokens.ts';

/** All styles of the element; of two that say different things of one part, the later one counts. */
export const elementStyles: readonly CSSResult[] = [
  tokens,
  frameStyles,
  controlStyles,
  cardStyles,
  motionStyles,
  talkStyles,
  logStyles,
  composerStyles,
  panelStyles,
];
