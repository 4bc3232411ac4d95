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
export const columnsOf = (n: number): readonly [tall: number, wide: number] => [
  n < 4 ? 1 : n < 9 ? 2 : 3,
  n < 2 ? 1 : n < 5 ? 2 : n < 7 ? 3 : 4,
];

/** The places of one call after the other. */
export class Places {
  #mirror: MediaStream | null = null;

  /** The others and what they show; ourselves last. */
  of(
    { participants, own }: Call,
    peers: readonly Peer[],
    self: ChatRoom['self'],
  ): readonly Place[] {
    return [
      ...participants.flatMap((one) =>
        placesOf(
          one,
          peers.find(({ id }) => id === one.id),
        ),
      ),
      this.#own(own, self),
    ];
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
  const { id, answer, lost, media, streams, quality, held } = participant;
  const inside = answer === 'in';
  const person: Place = {
    key: id,
    kind: 'person',
    id,
    name: peer?.name ?? '',
    stream: inside && media.video && !held ? (streams?.person ?? null) : null,
    mirrored: false,
    muted: inside && !media.audio,
    state: inside && lost ? 'away' : answer,
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
