import type { OwnMedia } from '../rtc/call.ts';
import type { MediaFault, MediaFaultReason } from '../rtc/media-fault.ts';
import type { CallWordKey } from './call-words.ts';

interface Advice {
  readonly title: CallWordKey;
  readonly steps: readonly CallWordKey[];
  /** The same may work the next time. */
  readonly again?: true;
}

/** For each fault what it is called, and what one does about it. */
export const ADVICE: Readonly<Record<MediaFaultReason, Advice>> = {
  denied: { title: 'blocked', steps: ['selectSign', 'chooseAllow', 'comeBack'], again: true },
  system: { title: 'blocked', steps: ['systemSettings', 'systemAllow', 'comeBack'], again: true },
  'not-allowed-here': { title: 'notHere', steps: ['askThePage'] },
  insecure: { title: 'notHere', steps: ['askForHttps'] },
  unsupported: { title: 'unable', steps: ['otherBrowser'] },
  missing: { title: 'missing', steps: ['plugIn'], again: true },
  'in-use': { title: 'busy', steps: ['closeOthers', 'comeBack'], again: true },
  unsuitable: { title: 'broken', steps: ['plugAgain'], again: true },
  failed: { title: 'broken', steps: ['plugAgain', 'comeBack'], again: true },
};

/** What does not work and why; more than one device where the reason is the same. */
export interface Trouble {
  readonly reason: MediaFaultReason;
  readonly faults: readonly MediaFault[];
}

/** The first of what does not work. A device that works, and only another one could not be had, is none. */
export function troubleOf(
  { camera, microphone, screen, screenFault }: OwnMedia,
  isDismissed: (fault: MediaFault) => boolean,
): Trouble | null {
  const faults = [
    camera.track ? null : camera.fault,
    microphone.track ? null : microphone.fault,
    screen ? null : screenFault,
  ].filter((fault) => fault !== null && !isDismissed(fault)) as MediaFault[];
  const [first] = faults;
  if (!first) return null;
  const { reason, device } = first;
  const same = faults.filter((fault) => fault.reason === reason && fault.device !== 'screen');
  return { reason, faults: device === 'screen' ? [first] : same };
}
