import type { Call, Participant } from '../rtc/call.ts';
import type { Peer } from '../rtc/chat-room.ts';
import type { CallWordKey, CallWords } from './call-words.ts';

/** What has happened in a call, in a few words for those who do not see it. */
export class CallNews {
  #former: Call | null = null;
  #words = '';
  readonly #names = new Map<string, string>();

  /** What was news at the last change; empty where nothing was. */
  of(call: Call, peers: readonly Peer[], words: CallWords): string {
    for (const { id, name } of peers) this.#names.set(id, name);
    const former = this.#former;
    if (former === call) return this.#words;
    this.#former = call;
    // One who comes in sees who is there.
    if (former?.id !== call.id || former.state !== 'active') return (this.#words = '');
    const told = [...this.#changes(former, call)].map(([key, id]) =>
      words.say(key, { name: this.#names.get(id) }),
    );
    if (told.length > 0) this.#words = told.join(' ');
    return this.#words;
  }

  *#changes(former: Call, call: Call): Iterable<[key: CallWordKey, id: string]> {
    const inside = (of: Call): ReadonlyMap<string, Participant> =>
      new Map(of.participants.filter(({ answer }) => answer === 'in').map((one) => [one.id, one]));
    const [before, now] = [inside(former), inside(call)];
    for (const id of before.keys()) if (!now.has(id)) yield ['newsLeft', id];
    for (const [id, { media }] of now) {
      const was = before.get(id)?.media;
      if (!was) yield ['newsCame', id];
      else if (was.audio !== media.audio) yield [media.audio ? 'newsUnmuted' : 'newsMuted', id];
      if (Boolean(was?.screen) !== Boolean(media.screen))
        yield [media.screen ? 'newsShares' : 'newsStopped', id];
    }
  }
}
