export type Input = 'microphone' | 'camera';
export type Device = Input | 'screen';

/** Why a device cannot be used, as far as the browser tells. */
export type MediaFaultReason =
  /** The person, or the browser's settings, say no. */
  | 'denied'
  /** The system's settings do not let this browser have it. */
  | 'system'
  /** The page that embeds this one does not allow it: `allow="camera; microphone"` is missing. */
  | 'not-allowed-here'
  /** Devices are for pages from HTTPS or the machine itself. */
  | 'insecure'
  /** This browser cannot do it at all: screens on phones. */
  | 'unsupported'
  /** There is none. */
  | 'missing'
  /** Another program has it, or it is broken. */
  | 'in-use'
  /** The one that was chosen cannot do what was asked for, or is gone. */
  | 'unsuitable'
  | 'failed';

export interface MediaFault {
  readonly device: Device;
  readonly reason: MediaFaultReason;
  readonly cause: unknown;
}

/**
 * What an error of `getUserMedia`, `getDisplayMedia` or `setSinkId` means (W3C mediacapture-streams, section 10.2, and
 * screen-capture, section 5.1).
 */
export function mediaFaultOf(device: Device, cause: unknown): MediaFault {
  return { device, reason: reasonOf(device, cause), cause };
}

function reasonOf(device: Device, cause: unknown): MediaFaultReason {
  if (!globalThis.isSecureContext) return 'insecure';
  switch (cause instanceof Error ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      if (!isAllowedHere(device)) return 'not-allowed-here';
      // Chromium says no more than this, and only in the message.
      return /by system/iu.test(String(cause)) ? 'system' : 'denied';
    case 'NotFoundError':
      return 'missing';
    // Firefox says the second one of a camera that another program has.
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use';
    case 'OverconstrainedError':
      return 'unsuitable';
    case 'TypeError':
      return 'unsupported';
    default:
      return 'failed';
  }
}

interface PolicyDocument {
  readonly featurePolicy?: { allowsFeature(feature: string): boolean };
}

/** Another one, or the same plugged in, would do: it is worth waiting for. */
export const isAbsent = (fault: MediaFault | null): boolean =>
  fault?.reason === 'missing' || fault?.reason === 'unsuitable';

/** By the permissions policy of this frame; where the browser does not tell, it is taken to be allowed. */
function isAllowedHere(device: Device): boolean {
  const { featurePolicy } = globalThis.document as PolicyDocument;
  const feature = device === 'screen' ? 'display-capture' : device;
  return featurePolicy?.allowsFeature(feature) ?? true;
}
