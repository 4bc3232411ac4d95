import type { FrameInput } from '../../../src/protocol/frames.ts';
import type { PeerId } from '../../../src/protocol/ids.ts';

export const bo = 'b'.repeat(22) as PeerId;

/** As much of a link as delivery looks at. */
export class Road {
  readonly id = bo;
  state = 'connected';
  open = true;
  writable = true;
  readonly sent: FrameInput[] = [];
  send(frame: FrameInput): boolean {
    this.sent.push(frame);
    return true;
  }
}
