import type { Call, OwnMedia, Participant } from '../rtc/call.ts';
import type { ChatRoom, Peer } from '../rtc/chat-room.ts';

/** One place on the stage: a person, the screen that somebody shares, or ourselves. */
export interface Place {
  /** The same for the same place through all of a call. */
  readonly key: string;
  readonly kind: 'own' | 'person' | 'screen';
  /** Whose it is. */
  readonly id: string;
  /** Empty for our own. */
  readonly name: string;
  /** A picture that comes, or will in a moment; null while there is none to be shown. */
  readonly stream: MediaStream | null;
  /** Seen by ourselves as in a mirror. */
  readonly mirrored: boolean;
  readonly muted: boolean;
  /** `away`: in the call, and just now out of reach. Otherwise what they answered. */
  readonly state: Participant['answer'] | 'away';
  readonly quality: Participant['quality'];
  /** Their picture waits for a better connection. */
  readonly held: boolean;
}

/** How the stage is divided: one place is large, or all are even. */
export type Division = 'large' | 'even';

/** Columns for so many even places: on a stage that is higher than wide, and on a wide one. */
const COLUMNS: readonly (readonly [tall: number, wide: number])[] = [
  [1, 1],
  [1, 1],
  [1, 2],
  [1, 2],
  [2, 2],
  [2, 3],
  [2, 3],
  [2, 4],
  [2, 4],
];

export const columnsOf = (places: number): readonly [tall: number, wide: number] =>
  COLUMNS[places] ?? [3, 4];

/** The places of one call after the other. Nobody changes places: who comes later stands behind. */
export class Places {
  #callId = '';
  /** In the order in which they came. */
  readonly #seen = new Set<string>();
  #mirror: MediaStream | null = null;

  /** The others and what they show, in the order in which it came; ourselves last. */
  of(call: Call, peers: readonly Peer[], self: ChatRoom['self']): readonly Place[] {
    if (call.id !== this.#callId) {
      this.#callId = call.id;
      this.#seen.clear();
    }
    const found = new Map<string, Place>();
    for (const participant of call.participants) {
      const peer = peers.find(({ id }) => id === participant.id);
      for (const place of placesOf(participant, peer)) found.set(place.key, place);
    }
    for (const key of this.#seen) if (!found.has(key)) this.#seen.delete(key);
    for (const key of found.keys()) this.#seen.add(key);
    return [...[...this.#seen].map((key) => found.get(key)!), this.#own(call.own, self)];
  }

  #own(own: OwnMedia | null, self: ChatRoom['self']): Place {
    const track = own?.camera.on ? own.camera.track : null;
    // Another stream only for another track: else the picture would begin anew.
    if (track !== (this.#mirror?.getVideoTracks()[0] ?? null))
      this.#mirror = track && new MediaStream([track]);
    return {
      key: 'own',
      kind: 'own',
      id: self?.id ?? '',
      name: self?.name ?? '',
      stream: this.#mirror,
      // What the camera at the back sees, nobody expects in a mirror.
      mirrored: own?.facing !== 'environment',
      muted: !own?.microphone.on,
      state: 'in',
      quality: null,
      held: false,
    };
  }
}

function placesOf(participant: Participant, peer: Peer | undefined): readonly Place[] {
  const { id, answer, media, streams, quality, held } = participant;
  const inside = answer === 'in';
  const person: Place = {
    key: id,
    kind: 'person',
    id,
    name: peer?.name ?? '',
    stream: inside && media.video && !held ? (streams?.person ?? null) : null,
    mirrored: false,
    muted: inside && !media.audio,
    state: inside && peer && peer.link !== 'connected' ? 'away' : answer,
    quality,
    held: inside && held,
  };
  if (!inside || !media.screen) return [person];
  return [
    person,
    {
      ...person,
      key: `${id} screen`,
      kind: 'screen',
      stream: streams?.screen ?? null,
      muted: false,
      held: false,
    },
  ];
}
