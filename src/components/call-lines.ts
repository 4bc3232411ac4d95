import { html, type LitElement, nothing } from 'lit';
import type { Call, EndedCall } from '../rtc/call.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import type { CallKind } from '../rtc/room-options.ts';
import type { CallActions } from './call-actions.ts';
import type { CallOptions, CallRegions } from './call-regions.ts';
import { type CallWordKey, callWords } from './call-words.ts';
import type { Language } from './language.ts';

/** Whoever rings a thousand times is not written down a thousand times. */
const MAX_LINES = 100;

interface CallLine {
  readonly words: CallWordKey;
  readonly name: string;
  readonly at: Date;
  /** The newest message at that moment; empty where there was none. */
  readonly afterId: string;
  /** How to call back; null where that would answer nothing. */
  readonly back: CallOptions | null;
}

/**
 * What became of calls, as lines among the messages: started, ended, declined, missed. Of this visit only: none of it is
 * written down, here or elsewhere.
 */
export class CallLines {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  #room: ChatRoom | null = null;
  #lines: readonly CallLine[] = [];
  #last: Call | null = null;
  #names = new Map<string, string>();
  /** Made anew after each change, which is how the log sees that there was one. */
  #drawn: {
    readonly from: readonly unknown[];
    readonly after: NonNullable<CallRegions['after']>;
  } | null = null;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
  }

  /** Something about calls has changed in this room; `ended`: one that came to its end without us. */
  note(room: ChatRoom, call: Call | null, ended?: EndedCall): void {
    if (room !== this.#room) {
      this.#room = room;
      this.#lines = [];
      this.#last = null;
      this.#names.clear();
    }
    for (const { id, name } of room.peers) this.#names.set(id, name);
    if (ended) this.#noteEnd(room, ended);
    const last = this.#last;
    if (call?.state === 'active' && last?.state !== 'active') this.#add(`started${kindOf(call)}`);
    if (last?.state === 'active' && call?.state !== 'active') this.#add(`ended${kindOf(last)}`);
    this.#last = call;
  }

  #noteEnd(
    room: ChatRoom,
    { from, missed, why, video, private: isPrivate, answers }: EndedCall,
  ): void {
    const many = room.peers.length > 1;
    if (from !== null) {
      // Rings again as another one's, or was declined.
      if (!missed) return;
      const kind = video ? 'missedVideo' : 'missedVoice';
      const back = { video, ...(isPrivate && { to: [from] }) };
      this.#add(many ? `${kind}From` : kind, this.#names.get(from), back);
    } else if (why === 'call-full') this.#add('said-call-full');
    else if (this.#last?.state === 'calling') {
      for (const { id } of this.#last.participants) {
        const answer = answers.get(id) ?? 'left';
        const reason = answer === 'ringing' ? why : answer;
        // Who was still ringing when another call took the place of this one has refused nothing.
        if (reason === 'in' || reason === 'ended' || (reason === 'busy' && answer !== reason))
          continue;
        this.#add(
          reason === 'timeout' && !many ? 'tile-timeout' : `said-${reason}`,
          this.#names.get(id),
        );
      }
    }
  }

  #add(words: CallWordKey, name = '', back: CallOptions | null = null): void {
    const afterId = this.#room?.messages.at(-1)?.id ?? '';
    const line = { words, name, at: new Date(), afterId, back };
    this.#lines = [...this.#lines, line].slice(-MAX_LINES);
    this.#host.requestUpdate();
  }

  /** What the log draws after each message; undefined while there is nothing. */
  after(language: Language, calls: CallKind, free: boolean): CallRegions['after'] {
    const lines = this.#lines;
    if (lines.length === 0) return undefined;
    const from = [lines, language, calls, free];
    if (!this.#drawn || from.some((value, i) => value !== this.#drawn!.from[i])) {
      const after = (id: string): unknown =>
        lines
          .filter(({ afterId }) => afterId === id)
          .map((line) => this.#line(line, language, calls, free));
      this.#drawn = { from, after };
    }
    return this.#drawn.after;
  }

  #line({ words, name, at, back }: CallLine, language: Language, calls: CallKind, free: boolean) {
    const phrases = callWords(language);
    const time = language.time(at);
    return html`<div class="call-line small muted" part="call-line">
      ${phrases.show(words, { name, time })}
      ${
        back && calls !== 'none'
          ? html`<button
              class="text-button"
              ?disabled=${!free}
              @click=${() => this.#actions.ask((room) => room.call({ ...back, video: back.video && calls === 'video' }))}
            >
              ${phrases.say('callBack')}
            </button>`
          : nothing
      }
    </div>`;
  }
}

const kindOf = ({ own, participants }: Call): 'Video' | 'Voice' =>
  own?.camera.wanted || participants.some(({ media }) => media.video) ? 'Video' : 'Voice';
