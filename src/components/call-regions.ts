import type { TemplateResult } from 'lit';
import type { ChatRoom, Peer } from '../rtc/chat-room.ts';

/** What somebody asks for a call with, and whom. */
export type CallOptions = NonNullable<Parameters<ChatRoom['call']>[0]>;

/** How a conversation comes to a call, before what draws calls has been fetched. */
export interface CallDoor {
  /** What draws them could not be fetched when it was needed. */
  readonly missing: boolean;
  /** Rings, or goes into the call that is on; what goes wrong is told in words. */
  start(options: CallOptions): void;
  /** Fetches it, if it is not there. */
  note(): void;
}

/** What calls add to what stands in the element; undefined where there is nothing to add. */
export interface CallRegions {
  /** Class names of the frame, which say how it is divided. */
  readonly look: string;
  /** Beside the conversation or above it: pictures, and ringing out for some. */
  readonly stage: TemplateResult | undefined;
  /** Under the header: a call of voices, one that goes on without us, what went wrong. */
  readonly strip: TemplateResult | undefined;
  /** In the place of the panel of people: devices. */
  readonly sheet: TemplateResult | undefined;
  /** Over everything else, which is inert meanwhile: somebody calls. */
  readonly dialog: TemplateResult | undefined;
  /** Beside somebody in the panel of people. */
  person(peer: Peer): unknown;
  /** In the log, after the message with this id, or before all of them. Another function after each change. */
  readonly after: ((messageId: string) => unknown) | undefined;
}
